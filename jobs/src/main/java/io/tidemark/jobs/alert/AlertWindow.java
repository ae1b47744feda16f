package io.tidemark.jobs.alert;

import io.tidemark.jobs.spec.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * A window of an aggregate: of a running day the total at the end of a minute.
 *
 * @param of how the aggregate cuts the day
 * @param day its business day
 * @param start when it begins; of a day its midnight
 */
public record AlertWindow(Window of, LocalDate day, Instant start) {
  /**
   * The windows that ended last.
   *
   * @param until no window ends later
   * @param zone of the business day
   * @return so many in a row, the newest first
   */
  public static List<AlertWindow> last(Window of, Instant until, ZoneId zone, int count) {
    List<AlertWindow> windows = new ArrayList<>();
    Instant end = floor(of, until, zone);
    while (windows.size() < count) {
      Instant start = floor(of, end.minusNanos(1), zone);
      windows.add(at(of, start, zone));
      end = start;
    }
    return windows;
  }

  private static AlertWindow at(Window of, Instant start, ZoneId zone) {
    return new AlertWindow(of, LocalDate.ofInstant(start, zone), start);
  }

  /** Where the window begins that has a moment in it, cut as {@code AggregateSql} does. */
  private static Instant floor(Window of, Instant moment, ZoneId zone) {
    return switch (of) {
      case ONE_MINUTE, RUNNING_DAY -> moment.truncatedTo(ChronoUnit.MINUTES);
      case FIVE_MINUTES ->
          Instant.ofEpochSecond(
              moment.getEpochSecond()
                  - Math.floorMod(moment.getEpochSecond(), Duration.ofMinutes(5).toSeconds()));
      case ONE_HOUR -> moment.atZone(zone).truncatedTo(ChronoUnit.HOURS).toInstant();
      case ONE_DAY -> LocalDate.ofInstant(moment, zone).atStartOfDay(zone).toInstant();
    };
  }

  /** The same window, by the clock on the wall, some days earlier. */
  public AlertWindow before(int days, ZoneId zone) {
    return at(of, start.atZone(zone).minusDays(days).toInstant(), zone);
  }

  /** The number by which values of windows are told apart: seconds, or days of a day. */
  public long number() {
    return of.hasStart() ? start.getEpochSecond() : day.toEpochDay();
  }
}
