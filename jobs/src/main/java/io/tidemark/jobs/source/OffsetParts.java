package io.tidemark.jobs.source;

import io.tidemark.jobs.source.SkippedRanges.Range;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Offsets of a topic that are read once more: of each partition some ranges, in order.
 *
 * @param topic the topic
 * @param parts partition to its ranges, which are empty where nothing of it is read; all partitions
 *     of the topic are named
 * @param earliest the oldest offset that each partition has
 */
public record OffsetParts(
    String topic, SortedMap<Integer, List<Range>> parts, SortedMap<Integer, Long> earliest) {
  public OffsetParts {
    parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
    earliest = Collections.unmodifiableSortedMap(new TreeMap<>(earliest));
  }

  /** Whether nothing is read. */
  public boolean isEmpty() {
    return parts.values().stream().allMatch(List::isEmpty);
  }

  /** Where a reader begins; of a partition that is not read somewhere, as {@link #to} is. */
  public KafkaOffsets from() {
    return ends(ranges -> ranges.get(0).from());
  }

  /** Behind where a reader ends. */
  public KafkaOffsets to() {
    return ends(ranges -> ranges.get(ranges.size() - 1).to());
  }

  private KafkaOffsets ends(ToLongFunction<List<Range>> end) {
    SortedMap<Integer, Long> next = new TreeMap<>();
    parts.forEach(
        (partition, ranges) ->
            next.put(
                partition, ranges.isEmpty() ? earliest.get(partition) : end.applyAsLong(ranges)));
    return new KafkaOffsets(topic, next);
  }

  /** Each range with its partition. */
  public Stream<Part> stream() {
    return parts.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().stream()
                    .map(range -> new Part(entry.getKey(), range.from(), range.to())));
  }

  /**
   * A range of one partition.
   *
   * @param from the first offset
   * @param to the one behind the last
   */
  public record Part(int partition, long from, long to) {}

  /** A SQL condition for the messages in them, of comparisons that files can be skipped by. */
  public String toSqlCondition(String partition, String offset) {
    return isEmpty()
        ? "false"
        : stream()
            .map(
                part ->
                    "%1$s = %2$d AND %3$s >= %4$d AND %3$s < %5$d"
                        .formatted(partition, part.partition(), offset, part.from(), part.to()))
            .collect(Collectors.joining(") OR (", "((", "))"));
  }
}
