package io.tidemark.catalog;

import java.time.Duration;

/**
 * How large the steps of a stream are.
 *
 * @param trigger time from the start of one micro-batch to the next
 * @param maxMessagesPerMicroBatch what is read from Kafka at once, at most
 * @param maxRowsPerMicroBatch what is read from a table at once, about, at most
 */
public record StreamSettings(
    Duration trigger, long maxMessagesPerMicroBatch, long maxRowsPerMicroBatch) {
  public StreamSettings {
    if (trigger.isNegative() || trigger.isZero()) {
      throw new IllegalArgumentException("has trigger " + trigger + "; use more than 0");
    }
    if (maxMessagesPerMicroBatch < 1 || maxRowsPerMicroBatch < 1) {
      throw new IllegalArgumentException("would read nothing; use limits of at least 1");
    }
  }
}
