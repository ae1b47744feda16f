package io.tidemark.catalog.cut;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A set of business days, kept as disjoint ranges in order, so that years of sealed days stay a
 * short text: {@code 2026-01-01..2026-03-31,2026-04-02..2026-04-02}.
 *
 * @param ranges disjoint, not adjacent, in order
 */
public record DayRanges(List<Range> ranges) {
  /** From one day to another, both included. */
  public record Range(LocalDate from, LocalDate to) {
    public Range {
      if (to.isBefore(from)) {
        throw new IllegalArgumentException(
            "a range of days from " + from + " to " + to + " runs backwards; swap the two days");
      }
    }

    /** Whether {@code day} lies in the range. */
    public boolean contains(LocalDate day) {
      return !day.isBefore(from) && !day.isAfter(to);
    }

    /** For a person: {@code 2026-01-31}, or {@code 2026-01-01 to 2026-01-31}. */
    public String shown() {
      return from.equals(to) ? from.toString() : from + " to " + to;
    }

    @Override
    public String toString() {
      return from + ".." + to;
    }
  }

  /** No day at all. */
  public static final DayRanges EMPTY = new DayRanges(List.of());

  public DayRanges {
    ranges = List.copyOf(ranges);
  }

  /** Reads what {@link #toString} writes. */
  public static DayRanges parse(String text) {
    DayRanges days = EMPTY;
    for (String range : text.isEmpty() ? new String[0] : text.split(",")) {
      String[] ends = range.split("\\.\\.");
      days = days.plus(LocalDate.parse(ends[0]), LocalDate.parse(ends[1]));
    }
    return days;
  }

  /** This set and all days of a range. */
  public DayRanges plus(LocalDate from, LocalDate to) {
    List<Range> all = new ArrayList<>(ranges);
    all.add(new Range(from, to));
    all.sort(Comparator.comparing(Range::from));
    List<Range> merged = new ArrayList<>();
    for (Range next : all) {
      Range last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && !next.from().isAfter(last.to().plusDays(1))) {
        LocalDate end = next.to().isAfter(last.to()) ? next.to() : last.to();
        merged.set(merged.size() - 1, new Range(last.from(), end));
      } else {
        merged.add(next);
      }
    }
    return new DayRanges(merged);
  }

  /** The days that are in this set and in another. */
  public DayRanges and(DayRanges other) {
    DayRanges both = EMPTY;
    for (Range one : ranges) {
      for (Range two : other.ranges) {
        LocalDate from = one.from().isAfter(two.from()) ? one.from() : two.from();
        LocalDate to = one.to().isBefore(two.to()) ? one.to() : two.to();
        both = from.isAfter(to) ? both : both.plus(from, to);
      }
    }
    return both;
  }

  /** Whether {@code day} is in the set. */
  public boolean contains(LocalDate day) {
    return ranges.stream().anyMatch(range -> range.contains(day));
  }

  /** A SQL condition that is true for the days of this set. */
  public String toSqlCondition(String column) {
    return ranges.isEmpty()
        ? "false"
        : ranges.stream()
            .map(r -> "%s BETWEEN DATE'%s' AND DATE'%s'".formatted(column, r.from(), r.to()))
            .collect(Collectors.joining(" OR ", "(", ")"));
  }

  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
  }
}
