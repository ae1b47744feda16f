package io.tidemark.catalog.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a whole number and a unit, {@code 2 hours}. */
public final class Durations {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9}) ([a-z]+?)s?");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "millisecond", ChronoUnit.MILLIS,
          "second", ChronoUnit.SECONDS,
          "minute", ChronoUnit.MINUTES,
          "hour", ChronoUnit.HOURS,
          "day", ChronoUnit.DAYS);

  private Durations() {}

  /** Reads a duration of zero or more. */
  public static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (matcher.matches() && UNITS.containsKey(matcher.group(2))) {
      // A day is always 24 hours here: durations measure distances, business days are cut by zone.
      return UNITS
          .get(matcher.group(2))
          .getDuration()
          .multipliedBy(Long.parseLong(matcher.group(1)));
    }
    throw Values.refused(
        text,
        "is not a duration; write a whole number and a unit (milliseconds, seconds, minutes,"
            + " hours, days), such as 2 hours");
  }

  /** Reads a duration of more than nothing. */
  public static Duration parsePositive(String text) {
    Duration duration = parse(text);
    Values.check(text, !duration.isZero(), "is no time at all; write more than 0");
    return duration;
  }
}
