package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MicroBatchRowsTest {
  /** Days on which clocks are put back, by half an hour and by an hour, and one like any other. */
  @ParameterizedTest
  @CsvSource({
    "Australia/Lord_Howe, 2026-04-04T15:00:00Z, 90",
    "Europe/Berlin, 2026-10-25T01:00:00Z, 60",
    "Asia/Kolkata, 2026-01-31T00:00:00Z, 60"
  })
  void theReachCoversTheLongestHour(ZoneId zone, Instant around, long minutes) {
    Duration longest = longestHour(zone, around);

    assertThat(longest).isEqualTo(Duration.ofMinutes(minutes));
    assertThat(MicroBatchRows.reach(Window.ONE_HOUR.length().orElseThrow()))
        .isGreaterThanOrEqualTo(longest);
  }

  private static Duration longestHour(ZoneId zone, Instant around) {
    Map<Instant, Integer> minutes = new HashMap<>();
    for (int minute = -300; minute < 300; minute++) {
      Instant time = around.plus(Duration.ofMinutes(minute));
      // As date_trunc does it: an hour that is there twice, a whole hour apart, is two windows.
      Instant window = time.atZone(zone).truncatedTo(ChronoUnit.HOURS).toInstant();
      minutes.merge(window, 1, Integer::sum);
    }
    return Duration.ofMinutes(Collections.max(minutes.values()));
  }
}
