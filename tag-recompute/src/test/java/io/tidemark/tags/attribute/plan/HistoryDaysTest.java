package io.tidemark.tags.attribute.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tags.kernel.Window;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.plan.DayState;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is known of days, by what was noted and by what the build says itself. */
class HistoryDaysTest {
  @Test
  void whatTheBuildHasFoundCountsBeforeItIsNoted() {
    Map<LocalDate, DayState> noted = new TreeMap<>();
    for (int day = 100; day < 110; day++) {
      noted.put(LocalDate.ofEpochDay(day), day(day, 10, 3));
    }
    HistoryDays days = new HistoryDays(noted, build(day(104, 7, 5), day(110, 1, 5)));
    assertThat(days.hasLaterOnes()).isFalse();
    assertThat(days.correctedSince(5)).isEmpty();
    assertThat(days.correctedSince(4)).containsExactly(104, 110);
    assertThat(days.userDays(new Window(103, 8), day -> true)).isEqualTo(7 + 6 * 10 + 1);
    assertThat(days.userDays(new Window(103, 8), day -> day < 105)).isEqualTo(17);
    noted.put(LocalDate.ofEpochDay(105), day(105, 3, 6));
    assertThat(new HistoryDays(noted, build()).hasLaterOnes()).isTrue();
  }

  private static DayState day(int day, long users, long build) {
    return DayState.read(LocalDate.ofEpochDay(day), Map.of(), users, users, build);
  }

  private static BuildRecord build(DayState... found) {
    return new BuildRecord(
        "reading", 5, "a", false, "1970-04-21", 0, 0, List.of(2, 2, 8), List.of(found));
  }
}
