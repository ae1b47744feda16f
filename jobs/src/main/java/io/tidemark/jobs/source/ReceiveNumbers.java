package io.tidemark.jobs.source;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The micro-batch numbers that messages came in with, told from the rows that are left of them. A
 * message without a row is given the number of the next one that has a row: it cannot have come
 * later, and rows of repaired letters, whose numbers are higher than those around them, do not
 * mislead.
 */
public final class ReceiveNumbers implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HashMap<Integer, TreeMap<Long, Long>> numbers = new HashMap<>();
  private final long otherwise;

  /**
   * Rows of one number.
   *
   * @param first offset of the first
   * @param last offset of the last
   */
  public record Numbered(int partition, long number, long first, long last) {}

  /**
   * @param rows what is left, in any order
   * @param otherwise the number in a partition of which nothing is left
   */
  public ReceiveNumbers(List<Numbered> rows, long otherwise) {
    this.otherwise = otherwise;
    Map<Integer, TreeMap<Long, Long>> byLast = new HashMap<>();
    for (Numbered each : rows) {
      byLast
          .computeIfAbsent(each.partition(), partition -> new TreeMap<>())
          .merge(each.last(), each.number(), Math::min);
    }
    byLast.forEach(
        (partition, ends) -> {
          List<Map.Entry<Long, Long>> newestFirst = new ArrayList<>(ends.entrySet());
          Collections.reverse(newestFirst);
          TreeMap<Long, Long> smallest = new TreeMap<>();
          long least = Long.MAX_VALUE;
          for (Map.Entry<Long, Long> end : newestFirst) {
            least = Math.min(least, end.getValue());
            smallest.put(end.getKey(), least);
          }
          numbers.put(partition, smallest);
        });
  }

  /** The number of a message. */
  public long of(int partition, long offset) {
    TreeMap<Long, Long> ends = numbers.get(partition);
    if (ends == null) {
      return otherwise;
    }
    Map.Entry<Long, Long> next = ends.ceilingEntry(offset);
    return next != null ? next.getValue() : ends.lastEntry().getValue();
  }
}
