package io.tidemark.tests.app;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * How many events happen in each minute: quiet nights, a peak at noon and a higher one in the
 * evening, a few bursts, and some minutes of the neighbouring days on both sides of midnight.
 */
final class DailyCurve {
  /** Minutes of each neighbouring day. */
  static final int MARGIN = 20;

  private static final int BURSTS = 5;
  private static final int BURST_MINUTES = 3;
  private static final double BURST_FACTOR = 3;

  private final long startMillis;
  private final long[] untilMinute;

  DailyCurve(Settings settings, Chance chance) {
    Instant start = settings.day().atStartOfDay(settings.zone()).toInstant();
    Instant end = settings.day().plusDays(1).atStartOfDay(settings.zone()).toInstant();
    int minutes = (int) ((end.getEpochSecond() - start.getEpochSecond()) / 60) + 2 * MARGIN;
    startMillis = start.toEpochMilli() - MARGIN * 60_000L;
    double[] weights = new double[minutes];
    for (int minute = 0; minute < minutes; minute++) {
      weights[minute] = weight(Instant.ofEpochMilli(minuteStart(minute)), settings.zone());
    }
    for (int burst = 0; burst < BURSTS; burst++) {
      int first = MARGIN + chance.below(minutes - 2 * MARGIN - BURST_MINUTES);
      for (int minute = first; minute < first + BURST_MINUTES; minute++) {
        weights[minute] *= BURST_FACTOR;
      }
    }
    untilMinute = shares(weights, settings.readingEvents());
  }

  int minutes() {
    return untilMinute.length;
  }

  long minuteStart(int minute) {
    return startMillis + minute * 60_000L;
  }

  /** Events in the minute; those of all minutes make the declared number exactly. */
  long events(int minute) {
    return untilMinute[minute] - (minute == 0 ? 0 : untilMinute[minute - 1]);
  }

  private static double weight(Instant time, ZoneId zone) {
    double hour = LocalTime.ofInstant(time, zone).toSecondOfDay() / 3600.0;
    return 0.12 + 0.7 * peak(hour, 12.5, 1.5) + peak(hour, 21, 2) + 0.3 * peak(hour, 16, 4);
  }

  private static double peak(double hour, double at, double width) {
    double distance = (hour - at) / width;
    return StrictMath.exp(-distance * distance);
  }

  private static long[] shares(double[] weights, long events) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    long[] until = new long[weights.length];
    double soFar = 0;
    for (int minute = 0; minute < weights.length; minute++) {
      soFar += weights[minute];
      until[minute] = StrictMath.round(events * (soFar / sum));
    }
    until[weights.length - 1] = events;
    return until;
  }
}
