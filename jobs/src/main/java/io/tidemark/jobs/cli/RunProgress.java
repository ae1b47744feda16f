package io.tidemark.jobs.cli;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StreamFailure;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.jobs.spec.SplitSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Prints a line per micro-batch of a catch-up, every failure, and the totals of a run at its end.
 */
final class RunProgress implements MicroBatchListener {
  private final PrintWriter progress;
  private final boolean eachMicroBatch;
  private final Map<String, MicroBatchReport> totals = new ConcurrentHashMap<>();

  private final Map<String, String> givenUp = new ConcurrentHashMap<>();

  /**
   * Prints progress.
   *
   * @param eachMicroBatch whether each has a line; those of streams are in the log
   */
  RunProgress(PrintWriter progress, boolean eachMicroBatch) {
    this.progress = progress;
    this.eachMicroBatch = eachMicroBatch;
  }

  @Override
  public void committed(MicroBatchReport report) {
    if (eachMicroBatch) {
      progress.printf(
          "%-32s micro-batch %d: read %,d, wrote %,d%s%n",
          report.job(), report.batch(), report.read(), report.written(), asides(report));
    }
    totals.merge(report.job(), report, (earlier, next) -> next.plus(earlier));
  }

  @Override
  public void began(String job) {
    givenUp.remove(job);
  }

  @Override
  public void failed(String job, StreamFailure failure) {
    String text = FailureText.withoutSecrets(failure.cause());
    givenUp.put(job, text);
    failure
        .again()
        .ifPresent(
            pause -> {
              progress.printf(
                  "%s failed, restart %d follows in %d s: %s%n",
                  job, failure.restarts() + 1, pause.toSeconds(), text);
              progress.flush();
            });
  }

  /** What each job did in this run. */
  void summary(PrintWriter out, List<JobSpec> jobs, List<SinkSpec> sinks) {
    TextTable table =
        new TextTable("job", "read", "written", "dead letters", "dropped", "late", "pending")
            .ofCounts();
    for (JobSpec job : jobs) {
      MicroBatchReport total = totals.getOrDefault(job.name(), MicroBatchReport.none(job.name()));
      table.add(
          job.name(),
          total.read(),
          total.written(),
          job instanceof IngestSpec ? total.deadLetters() : null,
          dropped(job, total),
          job instanceof AggregateSpec ? total.late() : null,
          total.pending());
    }
    for (SinkSpec sink : sinks) {
      MicroBatchReport total = totals.getOrDefault(sink.name(), MicroBatchReport.none(sink.name()));
      table.add(sink.name(), total.read(), total.written(), null, null, null, null);
    }
    out.println();
    table.print(out);
  }

  /** Which jobs and sinks have failed in the end, and of what. */
  void failures() {
    new TreeMap<>(givenUp)
        .forEach((name, text) -> progress.printf("✗ %s failed: %s%n", name, text));
    progress.flush();
  }

  /**
   * Of a change log, the messages that hold no row of the table; of a split, those only counted.
   */
  private static Long dropped(JobSpec job, MicroBatchReport total) {
    if (job instanceof IngestSpec ingest) {
      boolean ignores =
          ingest.payload().isChangeLog()
              || ingest.split().isSplit()
                  && !ingest.split().isRoute()
                  && ingest.split().otherwise() == SplitSpec.Otherwise.IGNORE;
      return ignores ? total.ignored() : null;
    }
    return job instanceof AggregateSpec ? null : total.dropped();
  }

  private static String asides(MicroBatchReport report) {
    return aside("dead letters", report.deadLetters())
        + aside("dropped", report.dropped())
        + aside("ignored", report.ignored())
        + aside("late", report.late())
        + aside("pending", report.pending());
  }

  private static String aside(String what, long count) {
    return count == 0 ? "" : ", %s %,d".formatted(what, count);
  }
}
