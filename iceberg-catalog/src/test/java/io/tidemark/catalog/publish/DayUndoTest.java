package io.tidemark.catalog.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.MemoryTable;
import io.tidemark.catalog.commit.MemoryTable.Fault;
import io.tidemark.catalog.commit.MemoryTable.Killed;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.catalog.publish.DayPublish.Request;
import io.tidemark.catalog.publish.DayPublish.Result;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Undoing where whole files are enough; rows are looked at in tests on real tables. */
class DayUndoTest {
  private static final String JOB = "dwd_event";
  private static final TableName NAME = TableName.parse("dwd.event");
  private static final LocalDate DAY = LocalDate.parse("2026-01-31");
  private static final LocalDate NEXT = DAY.plusDays(1);

  private final MemoryTable memory = MemoryTable.ofDays();
  private final Table table = memory.handle();
  private int comparisons;

  /** A day that had 10 rows, was published with 12, and has 12. */
  @BeforeEach
  void publishADay() {
    table.manageSnapshots().createBranch(Lakehouse.OFFLINE).commit();
    Commits.takeOver(table, JOB, Marker.IN_TABLE);
    append(10);
    publish(12);
  }

  @Test
  void theDayIsAsItWasAndAStreamBehindReadsNothing() {
    TableState state = TableState.of(table);
    long read = head();

    Result undone = undo(table);

    assertThat(undone.made()).isTrue();
    assertThat(undone.publication().isPublished()).isFalse();
    assertThat(rows()).isEqualTo(10);
    assertThat(TableState.of(table)).isEqualTo(state);
    assertThat(InputRange.after(table, read, 1000)).isEmpty();
    assertThat(table.refs().get("undone_2026-01-31_1").snapshotId()).isEqualTo(head());
  }

  @Test
  void aSecondUndoDoesNothing() {
    long commit = undo(table).publication().snapshot();

    Result again = undo(table);

    assertThat(again.made()).isFalse();
    assertThat(again.publication().snapshot()).isEqualTo(commit);
    assertThat(head()).isEqualTo(commit);
  }

  @Test
  void aDayThatWasNeverPublishedHasNothingToUndo() {
    assertThat(DayUndo.undo(null, NAME, table, NEXT)).isEmpty();
  }

  @Test
  void ofTwoPublicationsTheLastIsTakenBackAndTheFirstStays() {
    publish(20);

    undo(table);

    assertThat(rows()).isEqualTo(12);
    assertThat(undo(table).made()).isFalse();
    assertThat(rows()).isEqualTo(12);
  }

  @Test
  void aDayIsPublishedAndPutBackAgainAndAgain() {
    undo(table);
    publish(20);
    assertThat(rows()).isEqualTo(20);

    assertThat(undo(table).made()).isTrue();

    assertThat(rows()).isEqualTo(10);
    assertThat(table.refs())
        .containsKeys("publish_2026-01-31_2", "unpublished_2026-01-31_2", "undone_2026-01-31_2");
  }

  @Test
  void aPublicationThatMainWasRolledBackBehindIsNotTakenBack() {
    table.manageSnapshots().rollbackTo(before()).commit();

    assertThat(DayUndo.undo(null, NAME, table, DAY)).isEmpty();
    assertThat(rows()).isEqualTo(10);
  }

  @Test
  void whatCameSinceStays() {
    append(3);

    undo(table);

    assertThat(rows()).isEqualTo(13);
  }

  @Test
  void whatAStreamAddsToTheDayMeanwhileStaysAndIsNoConflict() {
    Fault streaming = Fault.comesAfter(() -> append(1));
    Table racing =
        memory.handle(
            streaming, streaming, streaming, streaming, streaming, streaming, streaming, streaming,
            streaming, streaming, streaming, streaming, streaming, streaming, streaming);

    assertThat(undo(racing).made()).isTrue();

    assertThat(rows()).isEqualTo(25);
  }

  @Test
  void twoUndosAtOnceMakeOne() {
    Table racing = memory.handle(Fault.comesAfter(() -> undo(memory.handle())));

    Result second = undo(racing);

    assertThat(second.made()).isFalse();
    assertThat(second.publication().isPublished()).isFalse();
    assertThat(rows()).isEqualTo(10);
    assertThat(Publication.all(table)).hasSize(2);
  }

  @Test
  void aNewerPublicationThatComesFirstIsNotTakenBack() {
    Table racing = memory.handle(Fault.comesAfter(() -> publish(20)));

    Result result = undo(racing);

    assertThat(result.made()).isFalse();
    assertThat(result.publication().isPublished()).isTrue();
    assertThat(result.publication().record().rows()).isEqualTo(20);
    assertThat(rows()).isEqualTo(20);
  }

  @Test
  void anUndoWhoseAnswerIsLostIsFound() {
    assertThat(undo(memory.handle(Fault.landsUnanswered())).made()).isTrue();

    assertThat(rows()).isEqualTo(10);
    assertThat(Publication.all(table)).hasSize(2);
  }

  @Test
  void anUndoThatVanishedIsMadeAgain() {
    assertThat(undo(memory.handle(Fault.vanishes())).made()).isTrue();

    assertThat(rows()).isEqualTo(10);
  }

  @Test
  void aKillBeforeTheCommitLeavesTheDayPublished() {
    Table killed = memory.handle(Fault.killed());
    assertThatThrownBy(() -> undo(killed)).isInstanceOf(Killed.class);
    assertThat(rows()).isEqualTo(12);

    assertThat(undo(table).made()).isTrue();

    assertThat(rows()).isEqualTo(10);
  }

  @Test
  void aKillBetweenCommitAndTagIsMended() {
    Table killed = memory.handle(Runnable::run, Fault.killed());
    assertThatThrownBy(() -> undo(killed)).isInstanceOf(Killed.class);
    assertThat(rows()).isEqualTo(10);
    assertThat(table.refs()).doesNotContainKey("undone_2026-01-31_1");

    assertThat(undo(table).made()).isFalse();

    assertThat(rows()).isEqualTo(10);
    table.refresh();
    assertThat(table.refs()).containsKey("undone_2026-01-31_1");
  }

  private static Result undo(Table through) {
    Optional<Result> result = DayUndo.undo(null, NAME, through, DAY);
    return result.orElseThrow();
  }

  private Long before() {
    table.refresh();
    return Publication.latest(table, DAY).orElseThrow().before();
  }

  private long head() {
    table.refresh();
    return table.currentSnapshot().snapshotId();
  }

  private long rows() {
    return DayFiles.read(table, head(), DAY).rows();
  }

  /** A batch of so many rows, compared and published. */
  private void publish(long rows) {
    Table other = memory.handle();
    OverwriteFiles batch =
        other.newOverwrite().toBranch(Lakehouse.OFFLINE).overwriteByRowFilter(DayFiles.of(DAY));
    batch.addFile(MemoryTable.file(other, DAY, rows)).commit();
    other.refresh();
    DayPublish.publish(
        other,
        new Request(
            JOB,
            DAY,
            "run " + ++comparisons,
            other.currentSnapshot().snapshotId(),
            other.refs().get(Lakehouse.OFFLINE).snapshotId(),
            ""));
    table.refresh();
  }

  /** The stream's next micro-batch, rows of the day. */
  private void append(long rows) {
    Table other = memory.handle();
    Marker last = TableState.of(other).marker(JOB).orElseThrow();
    Marker next =
        new Marker(
            JOB, Marker.IN_TABLE, last.epoch(), last.batch() + 1, "" + last.batch(), Map.of());
    DataFile file = MemoryTable.file(other, DAY, rows);
    Commits.append(new StagedFiles(other, Set.of(file)), next, DayRanges.EMPTY, Map.of());
    table.refresh();
  }
}
