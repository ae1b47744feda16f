package io.tidemark.jobs.source;

import io.tidemark.jobs.source.SkippedRanges.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * Which messages of a topic rows are made of once more, and whether the brokers have them all. What
 * the job has not read, or was moved past, is none of them.
 */
public final class ReplayOffsets {
  private final String topic;
  private final Reader reader;
  private final SortedMap<Integer, Long> earliest;

  /**
   * How far a job has read.
   *
   * @param first where it began, by partition; from 0 where a partition is not named
   * @param position the next offset of each partition
   * @param skipped what it was moved past, by partition
   */
  public record Reader(
      Map<Integer, Long> first, Map<Integer, Long> position, Map<Integer, SkippedRanges> skipped) {}

  /**
   * What is asked for.
   *
   * @param since the first offset of the time, of each partition
   * @param until the one behind its last
   * @param known offsets whose rows are wanted too, whatever their time, of some partitions
   */
  public record Asked(
      Map<Integer, Long> since, Map<Integer, Long> until, Map<Integer, Range> known) {}

  /**
   * What there is of what was asked for.
   *
   * @param parts what can be read
   * @param gone by partition what the brokers no longer have of it, for a person; empty when they
   *     have it all
   */
  public record Plan(OffsetParts parts, SortedMap<Integer, String> gone) {}

  /**
   * @param earliest the oldest offset of every partition of the topic
   */
  public ReplayOffsets(String topic, Reader reader, Map<Integer, Long> earliest) {
    this.topic = topic;
    this.reader = reader;
    this.earliest = new TreeMap<>(earliest);
  }

  /**
   * Plans.
   *
   * @param isOlder whether the message before the oldest of a partition is known to have come
   *     before the time: nobody can ask the brokers any more
   */
  public Plan plan(Asked asked, IntPredicate isOlder) {
    SortedMap<Integer, List<Range>> parts = new TreeMap<>();
    SortedMap<Integer, String> gone = new TreeMap<>();
    for (int partition : earliest.keySet()) {
      parts.put(partition, List.of());
      if (!reader.position().containsKey(partition)) {
        continue;
      }
      long first = reader.first().getOrDefault(partition, 0L);
      long oldest = earliest.get(partition);
      long since = asked.since().getOrDefault(partition, 0L);
      Range known = asked.known().get(partition);
      long from = Math.max(first, known == null ? since : Math.min(since, known.from()));
      long to =
          Math.min(
              reader.position().get(partition),
              known == null
                  ? asked.until().getOrDefault(partition, 0L)
                  : Math.max(asked.until().getOrDefault(partition, 0L), known.to()));
      List<Range> lost = read(partition, from, Math.min(oldest, to));
      if (!lost.isEmpty()) {
        gone.put(
            partition,
            "lacks %d to %d".formatted(lost.get(0).from(), lost.get(lost.size() - 1).to() - 1));
      } else if (since <= oldest
          && !read(partition, first, Math.min(oldest, reader.position().get(partition))).isEmpty()
          && !isOlder.test(partition)) {
        gone.put(
            partition,
            "begins at %d, and whether older ones are of that time nobody can tell any more"
                .formatted(oldest));
      } else {
        parts.put(partition, read(partition, from, to));
      }
    }
    return new Plan(new OffsetParts(topic, parts, earliest), gone);
  }

  /** The part of a range that the job has read. */
  private List<Range> read(int partition, long from, long to) {
    return from >= to
        ? List.of()
        : new ArrayList<>(
            reader.skipped().getOrDefault(partition, new SkippedRanges()).notSkipped(from, to));
  }
}
