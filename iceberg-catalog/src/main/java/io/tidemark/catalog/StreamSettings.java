package io.tidemark.catalog;

import java.time.Duration;

/**
 * How streams run: how large their steps are, and what becomes of one that failed.
 *
 * @param trigger time from the start of one micro-batch to the next
 * @param maxMessagesPerMicroBatch what is read from Kafka at once, at most
 * @param maxRowsPerMicroBatch what is read from a table at once, about, at most
 * @param restart what becomes of a stream that failed
 */
public record StreamSettings(
    Duration trigger,
    long maxMessagesPerMicroBatch,
    long maxRowsPerMicroBatch,
    RestartSettings restart) {
  public StreamSettings {
    if (trigger.isNegative() || trigger.isZero()) {
      throw new IllegalArgumentException("has trigger " + trigger + "; use more than 0");
    }
    if (maxMessagesPerMicroBatch < 1 || maxRowsPerMicroBatch < 1) {
      throw new IllegalArgumentException("would read nothing; use limits of at least 1");
    }
  }

  /** Settings with the usual restarts. */
  public StreamSettings(
      Duration trigger, long maxMessagesPerMicroBatch, long maxRowsPerMicroBatch) {
    this(trigger, maxMessagesPerMicroBatch, maxRowsPerMicroBatch, RestartSettings.DEFAULT);
  }
}
