package io.tidemark.reconciliation.ends.plan;

/**
 * Offsets of a partition.
 *
 * @param from the first
 * @param to the one behind the last
 */
public record OffsetRange(long from, long to) {
  public OffsetRange {
    if (to <= from) {
      throw new IllegalArgumentException("no offset lies between " + from + " and " + to);
    }
  }

  /** How many offsets. */
  public long size() {
    return to - from;
  }

  /** First and last, both included: {@code 17-20}, or {@code 17}. */
  @Override
  public String toString() {
    return size() == 1 ? Long.toString(from) : from + "-" + (to - 1);
  }
}
