package io.tidemark.jobs.spec;

import java.time.Duration;

/**
 * How fast a job may read its topic.
 *
 * @param messagesPerSecond on average, in every mode; {@link #UNLIMITED} for as fast as it can
 * @param messagesPerMicroBatch at once; {@link #UNLIMITED} for what the environment says
 */
public record ReadLimit(long messagesPerSecond, long messagesPerMicroBatch) {
  /** No limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Nothing beside the environment's limit. */
  public static final ReadLimit NONE = new ReadLimit(UNLIMITED, UNLIMITED);

  /**
   * Messages to read at once: the smallest of what the job, its pace and the environment allow.
   *
   * @param trigger time between micro-batches, in which a job with a pace reads its share
   * @param environment the environment's limit
   */
  public long perMicroBatch(Duration trigger, long environment) {
    long own = Math.min(messagesPerMicroBatch, environment);
    if (messagesPerSecond == UNLIMITED) {
      return own;
    }
    double share = (double) messagesPerSecond * trigger.toMillis() / 1000;
    return Math.max(1, Math.min(own, (long) share));
  }

  /** How long reading so many messages takes at the declared pace, at least. */
  public Duration timeFor(long messages) {
    return messagesPerSecond == UNLIMITED
        ? Duration.ZERO
        : Duration.ofNanos((long) (messages * 1e9 / messagesPerSecond));
  }
}
