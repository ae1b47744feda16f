package io.tidemark.jobs.source;

import java.util.ArrayList;
import java.util.List;

/**
 * Offsets of a partition that were passed over and never read. Only they can be gone back to
 * without reading a message twice.
 */
public final class SkippedRanges {
  /**
   * Offsets of a partition.
   *
   * @param from the first
   * @param to the one behind the last
   */
  public record Range(long from, long to) {}

  private List<Range> ranges = new ArrayList<>();

  /** A move, in the order of moves: forward it skips, back it is read again. */
  public SkippedRanges moved(long from, long to) {
    // Forward too: a move may be recorded twice, and its offsets must not count twice.
    remove(Math.min(from, to), Math.max(from, to));
    addIfAny(ranges, from, to);
    return this;
  }

  private void remove(long from, long to) {
    List<Range> left = new ArrayList<>();
    for (Range range : ranges) {
      addIfAny(left, range.from, Math.min(range.to, from));
      addIfAny(left, Math.max(range.from, to), range.to);
    }
    ranges = left;
  }

  private static void addIfAny(List<Range> ranges, long from, long to) {
    if (from < to) {
      ranges.add(new Range(from, to));
    }
  }

  /** The parts between two offsets that were not passed over, in order. */
  public List<Range> notSkipped(long from, long to) {
    List<Range> left = new ArrayList<>(List.of(new Range(from, to)));
    for (Range skipped : ranges) {
      List<Range> next = new ArrayList<>();
      for (Range part : left) {
        addIfAny(next, part.from, Math.min(part.to, skipped.from));
        addIfAny(next, Math.max(part.from, skipped.to), part.to);
      }
      left = next;
    }
    return left;
  }

  /** Offsets from {@code from}, and before {@code to}, that were read. */
  public long readBetween(long from, long to) {
    long skipped =
        ranges.stream()
            .mapToLong(range -> Math.max(0, Math.min(range.to, to) - Math.max(range.from, from)))
            .sum();
    return Math.max(0, to - from - skipped);
  }
}
