package io.tidemark.jobs.source;

/**
 * What a move of a job's position means for one partition. Offsets are counted; where a producer
 * uses transactions, or a topic is compacted, messages are fewer.
 *
 * @param partition the partition
 * @param from the position now
 * @param to the position then
 * @param earliest the oldest offset that the brokers have
 * @param end the offset behind the newest
 * @param again offsets that were read already and would be read again
 */
public record PartitionMove(
    int partition, long from, long to, long earliest, long end, long again) {
  /** Offsets that are passed over. */
  public long skipped() {
    return Math.max(0, to - from);
  }

  /** Those of them that the brokers no longer have: they cannot be read anyway. */
  public long lost() {
    return Math.max(0, Math.min(to, earliest) - from);
  }

  /** Offsets that had been passed over, and are read now. */
  public long readAfterAll() {
    return Math.max(0, Math.min(from, end) - to) - again;
  }

  /** How far the position now is beyond the end: what it has read is not there any more. */
  public long beyondEnd() {
    return Math.max(0, from - end);
  }
}
