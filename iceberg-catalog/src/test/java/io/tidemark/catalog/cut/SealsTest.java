package io.tidemark.catalog.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.MemoryTable;
import io.tidemark.catalog.commit.MemoryTable.Fault;
import io.tidemark.catalog.commit.MemoryTable.Killed;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.Test;

class SealsTest {
  private static final Range FIRST_TO_FIFTH = days(1, 5);

  private final MemoryTable memory = new MemoryTable();
  private final Table ods = memory.handle();
  private final MemoryTable daily = MemoryTable.ofDays();

  @Test
  void theCutIsWhatWasThereThen() {
    MemoryTable.foreignAppend(ods, 3);
    Seals.seal(ods, days(1, 1));
    MemoryTable.foreignAppend(ods, 4);

    long cut = Seals.cutOf(ods, day(1)).orElseThrow();

    assertThat(ods.snapshot(cut).summary()).containsEntry("total-records", "3");
    assertThat(Seals.cutOf(ods, day(2))).isEmpty();
    assertThat(TableState.of(ods).sealedDays()).hasToString("2026-01-01..2026-01-01");
  }

  @Test
  void sealingAgainChangesNothing() {
    Seals.seal(ods, FIRST_TO_FIFTH);
    long cut = head();

    assertThat(Seals.seal(ods, FIRST_TO_FIFTH)).isEmpty();
    assertThat(Seals.seal(ods, days(2, 3))).isEmpty();

    assertThat(head()).isEqualTo(cut);
    assertThat(Seals.cutOf(ods, day(3))).contains(cut);
  }

  @Test
  void onlyTheGapsAreSealed() {
    Seals.seal(ods, days(3, 3));
    long third = head();

    assertThat(Seals.seal(ods, FIRST_TO_FIFTH)).containsExactly(days(1, 2), days(4, 5));

    assertThat(Seals.cutOf(ods, day(3))).contains(third);
    assertThat(Seals.cutOf(ods, day(1))).isPresent().isNotEqualTo(Seals.cutOf(ods, day(4)));
    assertThat(TableState.of(ods).sealedDays()).hasToString("2026-01-01..2026-01-05");
  }

  @Test
  void tagsOfOthersAreNoSeals() {
    MemoryTable.foreignAppend(ods, 3);
    for (String name : List.of("seal_before_migration", "seal_", "seal_2026-01-01", "x")) {
      ods.manageSnapshots().createTag(name, ods.currentSnapshot().snapshotId()).commit();
    }

    Seals.seal(ods, days(1, 1));

    assertThat(Seals.cutOf(ods, day(1))).contains(head());
    assertThat(Seals.cutOf(ods, day(2))).isEmpty();
  }

  @Test
  void openDays() {
    DayRanges sealed = DayRanges.EMPTY.plus(day(2), day(3)).plus(day(5), day(6));

    assertThat(Seals.openDays(DayRanges.EMPTY, days(1, 9))).containsExactly(days(1, 9));
    assertThat(Seals.openDays(sealed, days(1, 9)))
        .containsExactly(days(1, 1), days(4, 4), days(7, 9));
    assertThat(Seals.openDays(sealed, days(2, 3))).isEmpty();
    assertThat(Seals.openDays(sealed, days(3, 5))).containsExactly(days(4, 4));
    assertThat(Seals.openDays(sealed, days(6, 7))).containsExactly(days(7, 7));
  }

  @Test
  void aCrashBetweenCommitAndTagIsMended() {
    Table crashing = memory.handle(Runnable::run, Fault.killed());
    assertThatThrownBy(() -> Seals.seal(crashing, days(1, 1))).isInstanceOf(Killed.class);
    long cut = head();
    assertThat(Seals.cutOf(ods, day(1))).isEmpty();
    MemoryTable.foreignAppend(ods, 4);

    assertThat(Seals.seal(ods, days(1, 1))).isEmpty();

    assertThat(Seals.cutOf(ods, day(1))).contains(cut);
  }

  @Test
  void twoWhoSealTheSameDayGiveItOneCut() {
    Table racing = memory.handle(Fault.comesAfter(() -> Seals.seal(memory.handle(), days(1, 1))));

    assertThat(Seals.seal(racing, days(1, 1))).isEmpty();

    assertThat(sealingCommits()).hasSize(1);
    assertThat(Seals.cutOf(ods, day(1))).isPresent();
  }

  @Test
  void twoWhoSealOverlappingDaysGiveEachDayOneCut() {
    Table racing = memory.handle(Fault.comesAfter(() -> Seals.seal(memory.handle(), days(2, 5))));

    assertThat(Seals.seal(racing, days(1, 3))).containsExactly(days(1, 1));

    ods.refresh();
    assertThat(Seals.cutOf(ods, day(2)))
        .isEqualTo(Seals.cutOf(ods, day(5)))
        .isNotEqualTo(Seals.cutOf(ods, day(1)));
  }

  @Test
  void twoWhoTagTheSameCommitAreBothContent() {
    Table crashing = memory.handle(Runnable::run, Fault.killed());
    assertThatThrownBy(() -> Seals.seal(crashing, days(1, 1))).isInstanceOf(Killed.class);
    Table racing = memory.handle(Fault.comesAfter(() -> Seals.seal(memory.handle(), days(1, 1))));

    Seals.seal(racing, days(1, 1));

    assertThat(Seals.cutOf(racing, day(1))).contains(head());
  }

  @Test
  void aStreamThatCommitsBetweenCommitAndTagIsNoObstacle() {
    Table busy =
        memory.handle(
            Runnable::run,
            Fault.comesAfter(() -> MemoryTable.foreignAppend(memory.handle(), 1)),
            Fault.comesAfter(() -> MemoryTable.foreignAppend(memory.handle(), 1)));

    Seals.seal(busy, days(1, 1));

    long cut = Seals.cutOf(busy, day(1)).orElseThrow();
    assertThat(busy.snapshot(cut).summary()).containsEntry("total-records", "0");
  }

  @Test
  void aSealWhoseAnswerIsLostIsFound() {
    Table unsure = memory.handle(Fault.landsUnanswered());

    assertThat(Seals.seal(unsure, days(1, 1))).containsExactly(days(1, 1));

    assertThat(sealingCommits()).hasSize(1);
    assertThat(Seals.cutOf(unsure, day(1))).contains(head());
  }

  @Test
  void aLaterCutTakesInWhatCameSince() {
    Table days = daily.handle();
    Seals.seal(days, FIRST_TO_FIFTH);
    long first = Seals.cutOf(days, day(3)).orElseThrow();
    append(days, day(3));
    append(days, day(9));

    assertThat(Seals.sealAgain(days, FIRST_TO_FIFTH)).containsExactly(days(3, 3));

    long second = Seals.cutOf(days, day(3)).orElseThrow();
    assertThat(days.snapshot(second).parentId()).isNotEqualTo(first);
    assertThat(days.snapshot(second).summary()).containsEntry("total-records", "2");
    assertThat(Seals.cutOf(days, day(2))).contains(first);
    assertThat(days.refs())
        .containsKeys("seal_2026-01-01_2026-01-05", "seal_2026-01-03_2026-01-03");
    assertThat(TableState.of(days).sealedDays()).hasToString("2026-01-01..2026-01-05");
    assertThat(Seals.seal(days, FIRST_TO_FIFTH)).isEmpty();
    assertThat(Seals.cutOf(days, day(3))).contains(second);
  }

  @Test
  void theNewestOfManyCutsCounts() {
    Table days = daily.handle();
    Seals.seal(days, days(1, 1));
    for (int i = 2; i <= 12; i++) {
      append(days, day(1));
      Seals.sealAgain(days, days(1, 1));
    }

    assertThat(Seals.cutOf(days, day(1))).contains(days.currentSnapshot().snapshotId());
    assertThat(days.refs())
        .containsKeys("seal_2026-01-01_2026-01-01_2", "seal_2026-01-01_2026-01-01_12");
  }

  @Test
  void nothingNewIsNoLaterCut() {
    Table days = daily.handle();
    append(days, day(1));
    Seals.seal(days, days(1, 1));
    append(days, day(2));
    long head = days.currentSnapshot().snapshotId();

    assertThat(Seals.sealAgain(days, days(1, 1))).isEmpty();

    days.refresh();
    assertThat(days.currentSnapshot().snapshotId()).isEqualTo(head);
  }

  @Test
  void aDayThatWasNeverSealedGetsNoLaterCut() {
    Table days = daily.handle();
    Seals.seal(days, days(1, 1));
    append(days, day(2));

    assertThatThrownBy(() -> Seals.sealAgain(days, days(1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2026-01-02")
        .hasMessageContaining("never sealed");
  }

  @Test
  void twoWhoSealAgainAtOnceGiveOneLaterCut() {
    Table days = daily.handle();
    Seals.seal(days, days(1, 1));
    append(days, day(1));
    Table racing =
        daily.handle(Fault.comesAfter(() -> Seals.sealAgain(daily.handle(), days(1, 1))));

    assertThat(Seals.sealAgain(racing, days(1, 1))).isEmpty();

    racing.refresh();
    assertThat(racing.refs()).doesNotContainKey("seal_2026-01-01_2026-01-01_3");
    assertThat(Seals.cutOf(racing, day(1))).contains(racing.currentSnapshot().snapshotId());
  }

  @Test
  void aCrashBetweenLaterCutAndTagIsMended() {
    Table days = daily.handle();
    Seals.seal(days, days(1, 1));
    append(days, day(1));
    Table crashing = daily.handle(Runnable::run, Fault.killed());
    assertThatThrownBy(() -> Seals.sealAgain(crashing, days(1, 1))).isInstanceOf(Killed.class);
    days.refresh();
    long later = days.currentSnapshot().snapshotId();
    assertThat(Seals.cutOf(days, day(1))).isNotEmpty().isNotEqualTo(Optional.of(later));

    // Only the tag makes it the cut of the day: whoever made it says so.
    assertThat(Seals.sealAgain(days, days(1, 1))).containsExactly(days(1, 1));

    assertThat(Seals.cutOf(days, day(1))).contains(later);
    assertThat(Seals.sealAgain(days, days(1, 1))).isEmpty();
  }

  private static void append(Table table, LocalDate day) {
    table.newAppend().appendFile(MemoryTable.file(table, day, 1)).commit();
  }

  /** Of a table that was only sealed. */
  private List<Snapshot> sealingCommits() {
    ods.refresh();
    List<Snapshot> commits = new ArrayList<>();
    SnapshotUtil.currentAncestors(ods).forEach(commits::add);
    return commits;
  }

  private long head() {
    ods.refresh();
    return ods.currentSnapshot().snapshotId();
  }

  private static LocalDate day(int day) {
    return LocalDate.of(2026, 1, day);
  }

  private static Range days(int from, int to) {
    return new Range(day(from), day(to));
  }
}
