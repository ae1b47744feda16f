package io.tidemark.jobs.run;

import io.tidemark.jobs.spec.ReadLimit;
import java.time.Duration;

/** Keeps a job from reading faster than it is declared to, however its micro-batches are cut. */
final class Pace {
  private final ReadLimit limit;
  private long notBefore;

  /**
   * @param now any moment, in nanoseconds of one clock that only runs forward
   */
  Pace(ReadLimit limit, long now) {
    this.limit = limit;
    this.notBefore = now;
  }

  /** How long the next micro-batch has to wait; nothing without a pace. */
  Duration untilNext(long now) {
    return Duration.ofNanos(Math.max(0, notBefore - now));
  }

  /** A micro-batch of so many messages began. Time that was not used is not made up for. */
  void began(long messages, long now) {
    notBefore = Math.max(notBefore, now) + limit.timeFor(messages).toNanos();
  }
}
