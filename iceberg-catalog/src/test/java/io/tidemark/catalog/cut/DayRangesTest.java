package io.tidemark.catalog.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.cut.DayRanges.Range;
import java.time.LocalDate;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class DayRangesTest {
  private static final LocalDate DAY = LocalDate.parse("2025-12-30");

  @Test
  void adjacentAndOverlappingDaysAreOneRange() {
    DayRanges days =
        DayRanges.EMPTY
            .plus(DAY.plusDays(4), DAY.plusDays(5))
            .plus(DAY, DAY)
            .plus(DAY.plusDays(1), DAY.plusDays(1));

    assertThat(days).hasToString("2025-12-30..2025-12-31,2026-01-03..2026-01-04");
    assertThat(days.plus(DAY.plusDays(1), DAY.plusDays(4))).hasToString("2025-12-30..2026-01-04");
  }

  @Test
  void noDayIsEmptyText() {
    assertThat(DayRanges.EMPTY).hasToString("");
    assertThat(DayRanges.parse("")).isEqualTo(DayRanges.EMPTY);
    assertThat(DayRanges.EMPTY.toSqlCondition("dt")).isEqualTo("false");
  }

  @Test
  void theConditionNamesEveryRange() {
    assertThat(
            DayRanges.parse("2025-12-30..2025-12-31,2026-01-03..2026-01-03").toSqlCondition("dt"))
        .isEqualTo(
            "(dt BETWEEN DATE'2025-12-30' AND DATE'2025-12-31'"
                + " OR dt BETWEEN DATE'2026-01-03' AND DATE'2026-01-03')");
  }

  @Test
  void aRangeRunsForward() {
    assertThatThrownBy(() -> new Range(DAY, DAY.minusDays(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("runs backwards");
  }

  /** Against the obvious: a set of days. */
  @RepeatedTest(20)
  void itIsASetOfDays() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    DayRanges days = DayRanges.EMPTY;
    Set<LocalDate> expected = new TreeSet<>();
    for (int i = 0; i < 8; i++) {
      LocalDate from = DAY.plusDays(random.nextInt(60));
      LocalDate to = from.plusDays(random.nextInt(6));
      days = days.plus(from, to);
      from.datesUntil(to.plusDays(1)).forEach(expected::add);
    }
    for (int i = -1; i < 70; i++) {
      LocalDate day = DAY.plusDays(i);
      assertThat(days.contains(day)).as("%s, seed %d", day, seed).isEqualTo(expected.contains(day));
    }
    assertThat(DayRanges.parse(days.toString())).as("seed %d", seed).isEqualTo(days);
  }
}
