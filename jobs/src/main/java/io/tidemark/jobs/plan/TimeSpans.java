package io.tidemark.jobs.plan;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The event times at which rows can bear on what a micro-batch changes of a join, however many
 * others the tables hold: this is what bounds the rows that a micro-batch reads.
 *
 * @param spans apart from one another, earliest first
 */
public record TimeSpans(List<Span> spans) {
  /** More of them than this are read as one, so that a scan's condition stays short. */
  static final int MOST = 60;

  /**
   * A span of time.
   *
   * @param from its first instant
   * @param to its last instant, not before {@code from}
   */
  public record Span(Instant from, Instant to) {}

  public TimeSpans {
    spans = List.copyOf(spans);
  }

  /**
   * The spans around those of a micro-batch's rows, in whole hours, by which plans stay alike.
   *
   * @param rows spans of the rows, in any order
   * @param reach how far apart two rows that are joined may lie. A row that is new bears on those
   *     of the other side in its reach, and what these are joined with follows from what is in
   *     theirs
   */
  public static TimeSpans around(Collection<Span> rows, Duration reach) {
    Duration twice = reach.multipliedBy(2);
    List<Span> wide =
        rows.stream()
            .map(
                span ->
                    new Span(
                        span.from().minus(twice).truncatedTo(ChronoUnit.HOURS),
                        span.to()
                            .plus(twice)
                            .truncatedTo(ChronoUnit.HOURS)
                            .plus(1, ChronoUnit.HOURS)))
            .sorted(Comparator.comparing(Span::from))
            .toList();
    List<Span> apart = new ArrayList<>();
    for (Span span : wide) {
      int last = apart.size() - 1;
      if (last >= 0 && !span.from().isAfter(apart.get(last).to())) {
        apart.set(last, together(apart.get(last), span));
      } else {
        apart.add(span);
      }
    }
    return new TimeSpans(
        apart.size() <= MOST
            ? apart
            : List.of(together(apart.get(0), apart.get(apart.size() - 1))));
  }

  private static Span together(Span first, Span second) {
    return new Span(first.from(), first.to().isAfter(second.to()) ? first.to() : second.to());
  }

  /** Whether there is no time in them. */
  public boolean isEmpty() {
    return spans.isEmpty();
  }

  /** The business days that they touch, in order. */
  public List<LocalDate> days(ZoneId zone) {
    return spans.stream()
        .flatMap(
            span ->
                Stream.iterate(
                    LocalDate.ofInstant(span.from(), zone),
                    day -> !day.isAfter(LocalDate.ofInstant(span.to(), zone)),
                    day -> day.plusDays(1)))
        .distinct()
        .sorted()
        .toList();
  }
}
