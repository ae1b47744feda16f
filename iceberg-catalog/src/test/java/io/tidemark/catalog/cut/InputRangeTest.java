package io.tidemark.catalog.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.MemoryTable;
import io.tidemark.catalog.commit.StagedFiles;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;

class InputRangeTest {
  private static final long MANY = 1_000;

  private final Table table = new MemoryTable().handle();

  @Test
  void anEmptyTableHasNothingToRead() {
    assertThat(InputRange.after(table, null, MANY)).isEmpty();
  }

  @Test
  void everythingIsReadFirstAndThenNothing() {
    append(3);
    long head = append(4);

    assertThat(InputRange.after(table, null, MANY)).contains(new InputRange(null, head, 7));
    assertThat(InputRange.after(table, head, MANY)).isEmpty();
  }

  @Test
  void onlyWhatCameSinceIsReadLater() {
    long first = append(3);
    long second = append(4);

    assertThat(InputRange.after(table, first, MANY)).contains(new InputRange(first, second, 4));
  }

  @Test
  void aRangeEndsOnceItHoldsTheRowsAndHoldsAWholeSnapshot() {
    long first = append(3);
    long second = append(4);
    long third = append(5);

    assertThat(InputRange.after(table, null, 1)).contains(new InputRange(null, first, 3));
    assertThat(InputRange.after(table, null, 3)).contains(new InputRange(null, first, 3));
    assertThat(InputRange.after(table, null, 4)).contains(new InputRange(null, second, 7));
    assertThat(InputRange.after(table, first, 5)).contains(new InputRange(first, third, 9));
  }

  @Test
  void commitsWithoutRowsAreNoInput() {
    long head = append(3);
    Commits.takeOver(table, "ods_event", "c1");

    assertThat(InputRange.after(table, null, MANY)).contains(new InputRange(null, head, 3));
    assertThat(InputRange.after(table, head, MANY)).isEmpty();
  }

  @Test
  void whatOthersDeleteReplaceOrRewriteIsNoInput() {
    long first = append(3);
    StagedFiles files = MemoryTable.staged(table, 4);
    files.files().forEach(file -> table.newAppend().appendFile(file).commit());
    long second = head();
    DataFile old = files.files().iterator().next();
    DataFile rewritten = MemoryTable.staged(table, 4).files().iterator().next();
    table.newRewrite().deleteFile(old).addFile(rewritten).commit();
    OverwriteFiles overwrite = table.newOverwrite().deleteFile(rewritten);
    MemoryTable.staged(table, 9).files().forEach(overwrite::addFile);
    overwrite.commit();
    table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
    long last = append(5);

    assertThat(InputRange.after(table, first, 1)).contains(new InputRange(first, second, 4));
    assertThat(InputRange.after(table, second, MANY)).contains(new InputRange(second, last, 5));
  }

  @Test
  void whatABranchBesideMainHoldsIsNoInput() {
    long head = append(3);
    table.manageSnapshots().createBranch("offline").commit();
    MemoryTable.staged(table, 4)
        .files()
        .forEach(file -> table.newAppend().toBranch("offline").appendFile(file).commit());

    assertThat(InputRange.after(table, head, MANY)).isEmpty();
  }

  @Test
  void aPositionThatWasExpiredStopsTheJob() {
    long first = append(3);
    append(4);
    append(5);
    expire(first);

    assertThatThrownBy(() -> InputRange.after(table, first, MANY))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("snapshot " + first)
        .hasMessageContaining("expired");
  }

  @Test
  void aGapBehindThePositionStopsTheJob() {
    long first = append(3);
    long second = append(4);
    append(5);
    expire(second);

    assertThatThrownBy(() -> InputRange.after(table, first, MANY))
        .isInstanceOf(LostPositionException.class);
  }

  @Test
  void aRollbackBehindThePositionStopsTheJob() {
    long first = append(3);
    long second = append(4);
    table.manageSnapshots().rollbackTo(first).commit();
    append(5);

    assertThatThrownBy(() -> InputRange.after(table, second, MANY))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("rolled back, or the table was dropped")
        .hasMessageContaining(
            "Drop the table that this job writes, its view, and the tables behind");
  }

  @Test
  void aFirstReadOfATableWithExpiredHistoryMissesNothing() {
    long first = append(3);
    append(4);
    long head = append(5);
    expire(first);

    Optional<InputRange> range = InputRange.after(table, null, 1);

    assertThat(range).contains(new InputRange(null, head, 12));
  }

  @Test
  void rowsBetween() {
    long first = append(3);
    long second = append(4);
    long third = append(5);

    assertThat(InputRange.rowsBetween(table, null, third)).isEqualTo(12);
    assertThat(InputRange.rowsBetween(table, first, third)).isEqualTo(9);
    assertThat(InputRange.rowsBetween(table, first, second)).isEqualTo(4);
    assertThat(InputRange.rowsBetween(table, second, second)).isZero();
    assertThat(InputRange.rowsBetween(table, third, first)).isZero();
  }

  private long append(long rows) {
    MemoryTable.foreignAppend(table, rows);
    return head();
  }

  private void expire(long snapshot) {
    table.expireSnapshots().expireSnapshotId(snapshot).cleanExpiredFiles(false).commit();
    table.refresh();
  }

  private long head() {
    return table.currentSnapshot().snapshotId();
  }
}
