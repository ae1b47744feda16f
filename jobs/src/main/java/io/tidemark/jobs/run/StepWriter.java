package io.tidemark.jobs.run;

import io.tidemark.jobs.sink.SinkPosition;
import io.tidemark.jobs.sink.SinkRow;
import io.tidemark.jobs.sink.SinkStep;
import io.tidemark.jobs.sink.SinkTarget;
import io.tidemark.jobs.sink.SinkTarget.Batch;
import io.tidemark.jobs.sink.SinkUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the steps of a sink to its target, and tries again, at growing intervals, while that does
 * not answer, until its time is over. Before it tries a step again it looks where the target
 * stands: the step may have been carried out, and what does not answer may come back older.
 */
final class StepWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StepWriter.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  private final String job;
  private final SinkTarget target;
  private final StreamContext context;

  StepWriter(String job, SinkTarget target, StreamContext context) {
    this.job = job;
    this.target = target;
    this.context = context;
  }

  /**
   * Carries out a step.
   *
   * @param last where the target was left
   * @param rows gives each row of the step to somebody, as often as it is asked to
   * @return the position behind the step
   */
  SinkPosition write(SinkPosition last, SinkStep step, Consumer<Consumer<SinkRow>> rows) {
    SinkPosition next = last.at(step);
    AtomicBoolean tried = new AtomicBoolean();
    return patiently(
        () -> {
          if (tried.getAndSet(true)) {
            SinkPosition there = target.resume(last);
            if (next.isThatOf(there) && !last.isThatOf(there)) {
              return next; // It was committed, and only the answer was lost.
            }
            if (!last.isThatOf(there)) {
              throw last.refusal(job, there);
            }
          }
          try (Batch batch = target.begin(last, step)) {
            rows.accept(batch::put);
            context.listener().reached(job, step.version(), Phase.FILES_WRITTEN);
            batch.commit();
          }
          return next;
        });
  }

  /** Does something that can be done again. */
  <T> T patiently(Supplier<T> work) {
    Duration waited = Duration.ZERO;
    for (Duration pause = FIRST_PAUSE; ; pause = pause.multipliedBy(2)) {
      try {
        return work.get();
      } catch (SinkUnavailableException e) {
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        waited = waited.plus(pause);
        if (waited.compareTo(target.retryFor()) > 0) {
          throw e;
        }
        LOG.warn("{}: {}; trying again in {} ms", job, e.getMessage(), pause.toMillis());
        if (context.stop().await(pause)) {
          throw e;
        }
      }
    }
  }
}
