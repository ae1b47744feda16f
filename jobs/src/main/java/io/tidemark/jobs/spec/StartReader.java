package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads where a job begins, and how fast it reads. */
final class StartReader {
  private static final List<Key<?>> WAYS =
      List.of(StartKeys.POSITION, StartKeys.TIMESTAMP, StartKeys.DAY, StartKeys.OFFSETS);

  private StartReader() {}

  /** The start; {@code null} after a problem. */
  static Start start(Section section) {
    return section == null ? null : section.build(() -> sound(section));
  }

  private static Start sound(Section section) {
    List<Key<?>> given = WAYS.stream().filter(section::has).toList();
    if (given.size() > 1) {
      throw new IllegalArgumentException(
          "says several times where to begin, by "
              + String.join(" and ", given.stream().map(Key::name).toList())
              + "; keep one of them");
    }
    return given.isEmpty() ? Start.Edge.EARLIEST : of(section, given.get(0));
  }

  private static Start of(Section section, Key<?> given) {
    if (given == StartKeys.POSITION) {
      return section.get(StartKeys.POSITION);
    }
    if (given == StartKeys.TIMESTAMP) {
      return new Start.Timestamp(section.get(StartKeys.TIMESTAMP));
    }
    return given == StartKeys.DAY
        ? new Start.Day(section.get(StartKeys.DAY))
        : offsets(section.get(StartKeys.OFFSETS));
  }

  private static Start offsets(Map<String, Long> written) {
    Map<Integer, Long> next = new TreeMap<>();
    written.forEach(
        (partition, offset) -> {
          if (!partition.matches("\\d{1,6}")) {
            throw new IllegalArgumentException(
                "has offsets of '" + partition + "', which is no partition; write 'PARTITION: N'");
          }
          next.put(Integer.valueOf(partition), offset);
        });
    if (next.isEmpty()) {
      throw new IllegalArgumentException(
          "has no offsets; write one for every partition, such as 'offsets: { 0: 120, 1: 98 }'");
    }
    return new Start.Offsets(next);
  }

  /** The limit; {@code null} after a problem. */
  static ReadLimit limit(Section section) {
    return section == null
        ? null
        : section.build(
            () ->
                new ReadLimit(
                    orUnlimited(section.get(JobKeys.PER_SECOND)),
                    orUnlimited(section.get(JobKeys.PER_MICRO_BATCH))));
  }

  private static long orUnlimited(Long limit) {
    return limit == null ? ReadLimit.UNLIMITED : limit;
  }
}
