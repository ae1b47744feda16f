package io.tidemark.jobs.cli;

import io.tidemark.jobs.spec.Start;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Starts that have not come yet. Brokers cannot tell them from moments behind which a quiet topic
 * has no message: of both they know the end of now, and what came from there on would be read,
 * though it is from before the start.
 */
final class FutureStart {
  private FutureStart() {}

  /**
   * Why a start is not to be read from, or nothing when it has come.
   *
   * @param name what a message calls it
   * @param zone the warehouse's
   */
  static Optional<String> refusal(String name, Start start, Instant now, ZoneId zone) {
    if (start instanceof Start.Day day && day.day().atStartOfDay(zone).toInstant().isAfter(now)) {
      return Optional.of(
          refusal(
              name,
              "day %s has not begun: it is %s in %s"
                  .formatted(day.day(), now.atZone(zone).toLocalDate(), zone)));
    }
    if (start instanceof Start.Timestamp timestamp && timestamp.time().isAfter(now)) {
      return Optional.of(
          refusal(name, "%s has not come: it is %s".formatted(timestamp.time(), now)));
    }
    return Optional.empty();
  }

  private static String refusal(String name, String why) {
    return "%s: %s. Messages from before it would be read. Write 'latest' to begin at the end of now, or wait for it."
        .formatted(name, why);
  }
}
