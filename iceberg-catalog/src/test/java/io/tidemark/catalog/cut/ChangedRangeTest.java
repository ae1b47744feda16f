package io.tidemark.catalog.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.MemoryTable;
import io.tidemark.catalog.cut.ChangedRange.Overwritten;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;

class ChangedRangeTest {
  private static final long MANY = 1_000;
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final LocalDate NEXT = DAY.plusDays(1);

  private final Table table = MemoryTable.ofDays().handle();

  @Test
  void appendsAreRowsAndOverwrittenDaysAreNamed() {
    long first = append(DAY, 3);
    append(NEXT, 4);
    publish(DAY, 5);
    long last = append(NEXT, 6);

    assertThat(after(first, MANY))
        .contains(new ChangedRange(first, last, 4, 15, new Overwritten(false, Set.of(DAY))));
  }

  @Test
  void ofAWholeLoadNothingIsOverwritten() {
    append(DAY, 3);
    long last = publish(DAY, 5);

    assertThat(after(null, MANY)).contains(new ChangedRange(null, last, 2, 8, Overwritten.NOTHING));
    assertThat(ChangedRange.whole(table))
        .contains(new ChangedRange(null, last, 2, 5, Overwritten.NOTHING));
  }

  @Test
  void rewritesAndCommitsWithoutRowsChangeNothing() {
    DataFile old = MemoryTable.file(table, DAY, 3);
    table.newAppend().appendFile(old).commit();
    long head = head();
    table.newRewrite().deleteFile(old).addFile(MemoryTable.file(table, DAY, 3)).commit();
    Commits.takeOver(table, "ods_event", "c1");

    assertThat(after(head, MANY)).isEmpty();
  }

  @Test
  void aRangeEndsOnceItHoldsTheRows() {
    long first = append(DAY, 3);
    long second = append(DAY, 4);
    long third = publish(DAY, 5);
    append(NEXT, 6);

    assertThat(after(null, 1)).map(ChangedRange::to).contains(first);
    assertThat(after(first, 4)).map(ChangedRange::to).contains(second);
    assertThat(after(first, 5)).map(ChangedRange::to).contains(third);
  }

  @Test
  void aRangeEndsWhereItIsToldTo() {
    long first = append(DAY, 3);
    append(DAY, 4);
    long third = publish(DAY, 5);
    publish(DAY, 4);
    append(NEXT, 6);

    assertThat(ChangedRange.upTo(table, first, third, "dt", ""))
        .contains(new ChangedRange(first, third, 3, 9, new Overwritten(false, Set.of(DAY))));
    assertThat(ChangedRange.upTo(table, third, first, "dt", "")).isEmpty();
    assertThat(ChangedRange.upTo(table, first, 1, "dt", "")).isEmpty();
  }

  @Test
  void aDayWhoseRowsAreAllDeletedIsOverwritten() {
    long first = append(DAY, 3);
    table.newDelete().deleteFromRowFilter(Expressions.equal("dt", DAY.toString())).commit();

    assertThat(after(first, MANY))
        .map(ChangedRange::overwritten)
        .contains(new Overwritten(false, Set.of(DAY)));
  }

  @Test
  void aFileThatDoesNotSayItsDayMayHoldAny() {
    Table without = new MemoryTable().handle();
    MemoryTable.foreignAppend(without, 3);
    long first = without.currentSnapshot().snapshotId();
    without.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();

    assertThat(ChangedRange.after(without, first, MANY, "dt", "").orElseThrow().overwritten().all())
        .isTrue();
  }

  @Test
  void aPositionThatIsGoneIsSaidWithItsRemedy() {
    long first = append(DAY, 3);
    append(DAY, 4);
    table.expireSnapshots().expireSnapshotId(first).cleanExpiredFiles(false).commit();
    table.refresh();

    assertThatThrownBy(() -> ChangedRange.after(table, first, MANY, "dt", "Load it again"))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("snapshot " + first)
        .hasMessageEndingWith("Load it again");
    assertThat(after(null, 1)).map(ChangedRange::to).contains(head());
  }

  private Optional<ChangedRange> after(Long from, long maxRows) {
    return ChangedRange.after(table, from, maxRows, "dt", "");
  }

  private long append(LocalDate day, long rows) {
    table.newAppend().appendFile(MemoryTable.file(table, day, rows)).commit();
    return head();
  }

  private long publish(LocalDate day, long rows) {
    table
        .newOverwrite()
        .overwriteByRowFilter(Expressions.equal("dt", day.toString()))
        .addFile(MemoryTable.file(table, day, rows))
        .commit();
    return head();
  }

  private long head() {
    return table.currentSnapshot().snapshotId();
  }
}
