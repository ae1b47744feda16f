package io.tidemark.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.Start;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FutureStartTest {
  /** Half an hour before 16 January in the warehouse's zone. */
  private static final Instant NOW = Instant.parse("2026-01-15T15:30:00Z");

  @Test
  void aDayBeginsInTheZoneOfTheWarehouse() {
    assertThat(refusal(new Start.Day(LocalDate.of(2026, 1, 15)), NOW)).isEmpty();
    Start next = new Start.Day(LocalDate.of(2026, 1, 16));
    assertThat(refusal(next, NOW))
        .contains(
            "'start': day 2026-01-16 has not begun: it is 2026-01-15 in Asia/Shanghai. Messages from"
                + " before it would be read. Write 'latest' to begin at the end of now, or wait for it.");
    assertThat(refusal(next, Instant.parse("2026-01-15T16:00:00Z"))).isEmpty();
  }

  @Test
  void aMomentComesWhenItIsThere() {
    assertThat(refusal(new Start.Timestamp(NOW), NOW)).isEmpty();
    assertThat(refusal(new Start.Timestamp(NOW.plusSeconds(1)), NOW))
        .get()
        .asString()
        .contains("2026-01-15T15:30:01Z has not come: it is 2026-01-15T15:30:00Z");
  }

  @Test
  void placesOfTheTopicAreThereNow() {
    assertThat(refusal(Start.Edge.LATEST, NOW)).isEmpty();
    assertThat(refusal(Start.OfSplit.WHERE_IT_STANDS, NOW)).isEmpty();
  }

  private static Optional<String> refusal(Start start, Instant now) {
    return FutureStart.refusal("'start'", start, now, ZoneId.of("Asia/Shanghai"));
  }
}
