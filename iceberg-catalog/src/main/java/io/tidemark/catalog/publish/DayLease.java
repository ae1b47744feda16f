package io.tidemark.catalog.publish;

import io.tidemark.catalog.cut.Seals;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Table;

/**
 * A business day of a table that is sealed and not yet published: its files on {@code main} are
 * what a comparison pins and a publication replaces, and whoever rewrites them in between makes the
 * publication fail. Nothing is written to take a lease: it follows from seals, comparisons and
 * publications.
 *
 * @param day the day
 * @param since when it was sealed, given a later cut, compared, or put back
 * @param until when it ends though nobody has published the day
 */
public record DayLease(LocalDate day, Instant since, Instant until) {
  /**
   * The days of a table that are leased, in order. A day with which nothing was done for longer
   * than {@code longest} is not: nobody publishes every day of every table.
   *
   * @param output the table that days are published in, just loaded
   * @param roots the ODS tables that it comes from, just loaded
   * @param compared days of the table that were compared, each with when that was last, however
   *     long after their seal
   * @param longest how long a day is leased at most
   */
  public static List<DayLease> of(
      Table output,
      Collection<Table> roots,
      Map<LocalDate, Instant> compared,
      Duration longest,
      Instant now) {
    Instant oldest = now.minus(longest);
    Map<LocalDate, Instant> waiting = new TreeMap<>(compared);
    waiting.values().removeIf(at -> at.isBefore(oldest));
    roots.forEach(
        ods ->
            Seals.since(ods, oldest).forEach((day, at) -> waiting.merge(day, at, DayLease::max)));
    // Oldest first, so that of several of one day the newest says how it is.
    for (Publication each : Publication.all(output)) {
      LocalDate day = each.record().date();
      if (!each.isPublished() && !each.at().isBefore(oldest)) {
        waiting.merge(day, each.at(), DayLease::max);
      } else if (each.isPublished()
          && waiting.containsKey(day)
          && !waiting.get(day).isAfter(each.at())) {
        waiting.remove(day);
      }
    }
    return waiting.entrySet().stream()
        .map(day -> new DayLease(day.getKey(), day.getValue(), day.getValue().plus(longest)))
        .toList();
  }

  private static Instant max(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
