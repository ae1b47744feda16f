package io.tidemark.jobs.operation;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.run.Reach;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Measures the phases of micro-batches, and hands over each that was committed. */
public final class MicroBatchTimes implements MicroBatchListener {
  private final Consumer<MicroBatch> finished;
  private final Map<String, Running> running = new ConcurrentHashMap<>();

  /** Hands each to a consumer, on the thread of its stream: it must not make that wait. */
  public MicroBatchTimes(Consumer<MicroBatch> finished) {
    this.finished = finished;
  }

  @Override
  public void reached(String job, long batch, Phase phase) {
    if (phase == Phase.STARTED) {
      running.put(job, new Running());
    }
    Running now = running.get(job);
    if (now == null) {
      return;
    }
    now.reached(phase);
    if (phase == Phase.FINISHED) {
      running.remove(job);
      // A micro-batch that was in the table before, or had nothing for this job, has no report.
      if (now.report != null) {
        finished.accept(now.toMicroBatch());
      }
    }
  }

  @Override
  public void committed(MicroBatchReport report, Reach reach) {
    Running now = running.get(report.job());
    if (now != null) {
      now.report = report;
      now.reach = reach;
    }
  }

  /** One that is being made. A job has one at a time, on threads that follow each other. */
  private static final class Running {
    private final Map<Phase, Long> times = new EnumMap<>(Phase.class);
    private MicroBatchReport report;
    private Reach reach;

    synchronized void reached(Phase phase) {
      times.put(phase, System.nanoTime());
    }

    private synchronized Duration between(Phase from, Phase to) {
      return Duration.ofNanos(times.get(to) - times.get(from));
    }

    MicroBatch toMicroBatch() {
      return new MicroBatch(
          report,
          reach,
          between(Phase.STARTED, Phase.FILES_WRITTEN),
          between(Phase.FILES_WRITTEN, Phase.COMMITTED),
          between(Phase.COMMITTED, Phase.FINISHED));
    }
  }
}
