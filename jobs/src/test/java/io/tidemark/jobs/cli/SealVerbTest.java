package io.tidemark.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.cut.DayRanges.Range;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SealVerbTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 1, 31);

  @Test
  void aDayThatIsOverIsSealed() {
    assertThat(refusal(TODAY.minusYears(1), TODAY.minusDays(1))).isEmpty();
  }

  @Test
  void todayAndWhatComesIsRefusedWithWhatCanBeSealed() {
    assertThat(refusal(TODAY, TODAY))
        .contains(
            "Day 2026-01-31 is not over: today is 2026-01-31 in Asia/Shanghai, and a seal is not"
                + " taken back. Seal up to 2026-01-30, or give --force.");
    assertThat(refusal(TODAY.minusDays(9), LocalDate.of(2062, 1, 30))).isPresent();
  }

  private static Optional<String> refusal(LocalDate from, LocalDate to) {
    return SealVerb.refusal(new Range(from, to), TODAY, ZoneId.of("Asia/Shanghai"));
  }
}
