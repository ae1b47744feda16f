package io.tidemark.compaction.plan;

import java.time.Duration;

/** Time spans for a person, in the two largest units that are not nothing. */
public final class Spans {
  private Spans() {}

  /** As {@code 1 d 3 h}, {@code 12 min} or {@code 0 s}; what is negative counts as nothing. */
  public static String text(Duration span) {
    Duration shown = span.isNegative() ? Duration.ZERO : span;
    if (shown.toDays() > 0) {
      return two(shown.toDays(), "d", shown.toHoursPart(), "h");
    }
    if (shown.toHours() > 0) {
      return two(shown.toHours(), "h", shown.toMinutesPart(), "min");
    }
    return shown.toMinutes() > 0
        ? two(shown.toMinutes(), "min", shown.toSecondsPart(), "s")
        : shown.toSeconds() + " s";
  }

  /** The same for seconds, rounded up. */
  public static String ofSeconds(double seconds) {
    return text(Duration.ofSeconds((long) Math.ceil(seconds)));
  }

  private static String two(long large, String unit, long small, String smallUnit) {
    return small == 0 ? large + " " + unit : large + " " + unit + " " + small + " " + smallUnit;
  }
}
