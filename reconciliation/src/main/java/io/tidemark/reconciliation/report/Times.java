package io.tidemark.reconciliation.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Times and spans as a person says them.
 *
 * @param zone the warehouse's time zone
 */
record Times(ZoneId zone) {
  private static final int FEW_SECONDS = 10;
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  /** When, to the minute; a dash for never. */
  String minute(Instant at) {
    return at == null ? Texts.NOTHING : MINUTE.format(at.atZone(zone));
  }

  /** How long; a dash when nobody knows. */
  static String seconds(Double seconds) {
    if (seconds == null || !Double.isFinite(seconds)) {
      return Texts.NOTHING;
    }
    return seconds < FEW_SECONDS
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : span(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  /** A span with its two largest units. */
  static String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    long days = seconds / 86_400;
    long hours = seconds / 3_600 % 24;
    long minutes = seconds / 60 % 60;
    if (days > 0) {
      return two(days, "d", hours, "h");
    }
    if (hours > 0) {
      return two(hours, "h", minutes, "min");
    }
    return minutes > 0 ? two(minutes, "min", seconds % 60, "s") : seconds + " s";
  }

  private static String two(long large, String unit, long small, String smaller) {
    return large + " " + unit + (small > 0 ? " " + small + " " + smaller : "");
  }
}
