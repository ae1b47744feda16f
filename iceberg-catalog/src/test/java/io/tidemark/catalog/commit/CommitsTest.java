package io.tidemark.catalog.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.Commits.Outcome;
import io.tidemark.catalog.commit.MemoryTable.Fault;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.junit.jupiter.api.Test;

class CommitsTest {
  private static final String JOB = "ods_event";
  private static final String OTHER = "another_job";
  private static final LocalDate DAY = LocalDate.parse("2026-01-31");

  private final MemoryTable memory = new MemoryTable();
  private final Table table = memory.handle();

  @Test
  void aFirstDriverStartsAtNothing() {
    assertThat(Commits.takeOver(table, JOB, "c1"))
        .isEqualTo(new Marker(JOB, "c1", 1, -1, "", Map.of()));
  }

  @Test
  void aLaterDriverGoesOnWhereTheLastStopped() {
    Marker first = Commits.takeOver(table, JOB, "c1");
    append(table, next(first));

    assertThat(Commits.takeOver(table, JOB, "c2"))
        .isEqualTo(new Marker(JOB, "c1", 2, 0, "0", Map.of("ods.event", 0L)));
  }

  @Test
  void rowsAndMarkerAreOneCommit() {
    Marker next = next(Commits.takeOver(table, JOB, "c1"));

    assertThat(append(table, next)).isEqualTo(Outcome.COMMITTED);

    Snapshot head = table.currentSnapshot();
    assertThat(head.summary()).containsEntry("added-records", "10").containsEntry("fact", "yes");
    assertThat(TableState.asOf(table, head.snapshotId()).marker(JOB)).contains(next);
    assertThat(TableState.asOf(table, head.parentId()).marker(JOB)).isNotEqualTo(next);
  }

  @Test
  void everyCommitCarriesTheSealedDaysForwardAndASealTheMarker() {
    Marker own = Commits.takeOver(table, JOB, "c1");
    Seals.seal(table, new Range(DAY, DAY));
    assertThat(TableState.of(table).marker(JOB)).contains(own);
    DayRanges sealed = TableState.of(table).sealedDays();

    Commits.append(MemoryTable.staged(table, 1), next(own), sealed, Map.of());

    assertThat(TableState.of(table).sealedDays().contains(DAY)).isTrue();
  }

  @Test
  void aRewriteCarriesTheMarkerOfAMicroBatchThatComesInTheLastMoment() {
    Marker first = next(Commits.takeOver(table, JOB, "c1"));
    append(table, first);
    Marker second = next(first);
    Table racing = memory.handle(Fault.comesAfter(() -> append(memory.handle(), second)));

    Commits.rewrite(racing, racing.rewriteManifests().clusterBy(file -> "all"));

    table.refresh();
    Snapshot head = table.currentSnapshot();
    assertThat(head.operation()).isEqualTo(DataOperations.REPLACE);
    assertThat(TableState.in(head).orElseThrow().marker(JOB)).contains(second);
    assertThat(rows()).isEqualTo(20);
  }

  @Test
  void aRewriteOfATableThatTellsNothingCarriesNothing() {
    for (int rows = 1; rows <= 3; rows++) {
      AppendFiles append = table.newAppend();
      MemoryTable.staged(table, rows).files().forEach(append::appendFile);
      append.commit();
    }
    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).cleanExpiredFiles(false).commit();
    assertThat(table.snapshots()).hasSize(1);

    Commits.rewrite(table, table.rewriteManifests().clusterBy(file -> "all"));

    assertThat(table.currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
    assertThat(TableState.in(table.currentSnapshot())).isEmpty();
  }

  @Test
  void aRewriteCarriesTheRecordOfAResultUntilSomebodyElseCommits() {
    append(table, next(Commits.takeOver(table, JOB, "c1")));
    table.newAppend().set(TableState.TAG_RECOMPUTE, "a result").commit();

    Commits.rewrite(table, table.rewriteManifests().clusterBy(file -> "all"));
    assertThat(record()).isEqualTo("a result");

    table.newAppend().commit();
    Commits.rewrite(table, table.rewriteManifests().clusterBy(file -> "all"));
    assertThat(record()).isNull();
  }

  private String record() {
    table.refresh();
    assertThat(table.currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
    return table.currentSnapshot().summary().get(TableState.TAG_RECOMPUTE);
  }

  @Test
  void aMicroBatchMeetsNoConflictWithARewrite() {
    Marker first = next(Commits.takeOver(table, JOB, "c1"));
    append(table, first);
    Table racing =
        memory.handle(
            Fault.comesAfter(
                () -> {
                  Table other = memory.handle();
                  Commits.rewrite(other, other.rewriteManifests().clusterBy(file -> "all"));
                }));

    assertThat(append(racing, next(first))).isEqualTo(Outcome.COMMITTED);
    assertThat(TableState.of(racing).marker(JOB)).contains(next(first));
    table.refresh();
    assertThat(rows()).isEqualTo(20);
  }

  @Test
  void aTableThatAnotherJobHasWrittenIsNotTakenOver() {
    append(table, next(Commits.takeOver(table, OTHER, "c1")));
    long head = table.currentSnapshot().snapshotId();

    assertThatThrownBy(() -> Commits.takeOver(table, JOB, "c2"))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining(JOB)
        .hasMessageContaining(OTHER)
        .hasMessageContaining("another output");

    table.refresh();
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(head);
  }

  @Test
  void anotherJobThatComesFirstInTheLastMomentIsSeenToo() {
    Table racing =
        memory.handle(Fault.comesAfter(() -> Commits.takeOver(memory.handle(), OTHER, "c1")));

    assertThatThrownBy(() -> Commits.takeOver(racing, JOB, "c2"))
        .isInstanceOf(LostPositionException.class);
  }

  @Test
  void anOlderDriverCannotWrite() {
    Marker zombie = Commits.takeOver(table, JOB, "c1");
    Marker replacement = Commits.takeOver(memory.handle(), JOB, "c1");
    append(memory.handle(), next(replacement));

    assertThatThrownBy(() -> append(table, next(zombie)))
        .isInstanceOf(FencedException.class)
        .hasMessageContaining("epoch 2, this one is epoch 1");
    assertThat(rows()).isEqualTo(10);
  }

  @Test
  void anOlderDriverCannotWriteEvenWhenItIsReplacedInTheLastMoment() {
    Marker zombie = Commits.takeOver(table, JOB, "c1");
    Table racing =
        memory.handle(Fault.comesAfter(() -> Commits.takeOver(memory.handle(), JOB, "c1")));

    assertThatThrownBy(() -> append(racing, next(zombie))).isInstanceOf(FencedException.class);
    assertThat(rows()).isZero();
  }

  @Test
  void aReplayIsRecognisedAndItsFilesAreRemoved() {
    Marker next = next(Commits.takeOver(table, JOB, "c1"));
    append(table, next);
    long head = table.currentSnapshot().snapshotId();
    StagedFiles again = MemoryTable.staged(table, 10);

    assertThat(Commits.append(again, next, DayRanges.EMPTY, Map.of()))
        .isEqualTo(Outcome.ALREADY_THERE);

    table.refresh();
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(head);
    assertThat(MemoryTable.exist(again)).isFalse();
  }

  @Test
  void aNewCheckpointNumbersAnew() {
    Marker last = Commits.takeOver(table, JOB, "c1");
    append(table, next(last));
    Marker first = new Marker(JOB, "c2", last.epoch(), 0, "20", Map.of());

    assertThat(append(table, first)).isEqualTo(Outcome.COMMITTED);
    assertThat(rows()).isEqualTo(20);
  }

  @Test
  void aCommitThatLandedUnansweredIsFoundAndItsFilesStay() {
    Marker next = next(Commits.takeOver(table, JOB, "c1"));
    Table unsure = memory.handle(Fault.landsUnanswered());
    StagedFiles staged = MemoryTable.staged(unsure, 10);

    assertThat(Commits.append(staged, next, DayRanges.EMPTY, Map.of()))
        .isEqualTo(Outcome.COMMITTED);

    assertThat(rows()).isEqualTo(10);
    assertThat(MemoryTable.exist(staged)).isTrue();
  }

  @Test
  void aCommitThatVanishedIsMadeAgain() {
    Marker next = next(Commits.takeOver(table, JOB, "c1"));
    Table unsure = memory.handle(Fault.vanishes(), Fault.vanishes());

    assertThat(append(unsure, next)).isEqualTo(Outcome.COMMITTED);
    assertThat(rows()).isEqualTo(10);
  }

  @Test
  void aCommitThatLandedUnansweredBeforeTheReplacementCameIsNotRepeated() {
    Marker next = next(Commits.takeOver(table, JOB, "c1"));
    Table unsure =
        memory.handle(
            commit -> {
              commit.run();
              Commits.takeOver(memory.handle(), JOB, "c1");
              Fault.vanishes().instead(commit);
            });

    assertThatThrownBy(() -> append(unsure, next)).isInstanceOf(FencedException.class);
    assertThat(rows()).isEqualTo(10);
    assertThat(TableState.of(memory.handle()).marker(JOB).orElseThrow().batch()).isZero();
  }

  @Test
  void aTakeOverWhoseAnswerIsLostStillTakesOver() {
    Marker marker = Commits.takeOver(memory.handle(Fault.landsUnanswered()), JOB, "c1");

    assertThat(append(table, next(marker))).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  void rowsWrittenBeforeASealAreRefusedAndRemoved() {
    Marker next = next(Commits.takeOver(table, JOB, "c1"));
    StagedFiles staged = MemoryTable.staged(table, 10);
    Seals.seal(memory.handle(), new Range(DAY, DAY));

    assertThat(Commits.append(staged, next, DayRanges.EMPTY, Map.of()))
        .isEqualTo(Outcome.CHANGED_MEANWHILE);

    assertThat(rows()).isZero();
    assertThat(MemoryTable.exist(staged)).isFalse();
  }

  @Test
  void aSealInTheLastMomentIsSeenToo() {
    Marker next = next(Commits.takeOver(table, JOB, "c1"));
    Table racing =
        memory.handle(Fault.comesAfter(() -> Seals.seal(memory.handle(), new Range(DAY, DAY))));

    assertThat(append(racing, next)).isEqualTo(Outcome.CHANGED_MEANWHILE);
    assertThat(rows()).isZero();
  }

  @Test
  void rowsBesideTheJobTakeANumberAndLeaveItsPositionAndDriver() {
    Marker own = next(Commits.takeOver(table, JOB, "c1"));
    append(table, own);
    Marker behind = next(own);
    StagedFiles staged = MemoryTable.staged(table, 10);

    assertThat(beside(memory.handle(), "a")).isEqualTo(Outcome.COMMITTED);

    assertThat(TableState.of(memory.handle()).marker(JOB)).contains(own.numberedOn(1));
    assertThat(Commits.append(staged, behind, DayRanges.EMPTY, Map.of()))
        .as("its rows have the number that was taken")
        .isEqualTo(Outcome.CHANGED_MEANWHILE);
    assertThat(MemoryTable.exist(staged)).isFalse();
    assertThat(append(table, behind.numberedOn(1))).isEqualTo(Outcome.COMMITTED);
    assertThat(rows()).isEqualTo(30);
  }

  @Test
  void ofTwoBesideTheJobTheSecondLooksAgain() {
    append(table, next(Commits.takeOver(table, JOB, "c1")));
    Table racing = memory.handle(Fault.comesAfter(() -> beside(memory.handle(), "b")));

    assertThat(beside(racing, "a")).isEqualTo(Outcome.CHANGED_MEANWHILE);
    assertThat(rows()).isEqualTo(20);
    assertThat(Commits.find(table, Map.entry("own", "a"))).isEmpty();
    assertThat(Commits.find(table, Map.entry("own", "b"))).isPresent();
  }

  @Test
  void rowsBesideTheJobWhoseAnswerIsLostAreThereOnce() {
    append(table, next(Commits.takeOver(table, JOB, "c1")));

    assertThat(beside(memory.handle(Fault.landsUnanswered()), "a")).isEqualTo(Outcome.COMMITTED);
    assertThat(rows()).isEqualTo(20);
  }

  /** Rows that are to be the first that take a number. */
  private static Outcome beside(Table table, String own) {
    return Commits.appendBeside(
        MemoryTable.staged(table, 10),
        JOB,
        Map.entry("own", own),
        DayRanges.EMPTY,
        marker -> Optional.of(marker).filter(it -> it.back() == 0).map(it -> it.numberedOn(1)));
  }

  @Test
  void aReplacementThatLandsUnansweredAfterTheNextLookIsFoundAndItsFilesStay() {
    StagedFiles old = MemoryTable.staged(table, 10);
    table.newAppend().appendFile(only(old)).commit();
    AtomicReference<Runnable> onItsWay = new AtomicReference<>();
    Table unsure =
        memory.handle(
            commit -> {
              onItsWay.set(commit);
              Fault.vanishes().instead(commit);
            },
            Fault.comesAfter(() -> onItsWay.get().run()));
    StagedFiles fresh = MemoryTable.staged(unsure, 7);

    assertThat(replace(unsure, old, fresh)).isTrue();

    assertThat(rows()).isEqualTo(7);
  }

  @Test
  void aReplacementWhoseFilesAreGoneIsRefusedAfterAnUnknownOutcomeToo() {
    StagedFiles old = MemoryTable.staged(table, 10);
    table.newAppend().appendFile(only(old)).commit();
    Table unsure =
        memory.handle(
            commit -> {
              memory.handle().newDelete().deleteFile(only(old)).commit();
              Fault.vanishes().instead(commit);
            });

    assertThatThrownBy(() -> replace(unsure, old, MemoryTable.staged(unsure, 7)))
        .isInstanceOf(ValidationException.class);
    assertThat(rows()).isZero();
  }

  /** Recognised by its property, as every replacement has to be. */
  private static boolean replace(Table table, StagedFiles old, StagedFiles fresh) {
    Map.Entry<String, String> own = Map.entry("own", "a");
    return Commits.overwrite(
        table,
        Map.ofEntries(own),
        () ->
            Commits.find(table, own).isPresent()
                ? Optional.empty()
                : Optional.of(
                    table
                        .newOverwrite()
                        .deleteFile(only(old))
                        .addFile(only(fresh))
                        .validateNoConflictingDeletes()));
  }

  private static DataFile only(StagedFiles staged) {
    return staged.files().iterator().next();
  }

  @Test
  void aForeignCommitIsNoObstacle() {
    Marker next = next(Commits.takeOver(table, JOB, "c1"));
    Table racing =
        memory.handle(Fault.comesAfter(() -> MemoryTable.foreignAppend(memory.handle(), 5)));

    assertThat(append(racing, next)).isEqualTo(Outcome.COMMITTED);
    assertThat(rows()).isEqualTo(15);
    assertThat(TableState.of(memory.handle()).marker(JOB)).contains(next);
  }

  @Test
  void whoeverWritesAtTheSameTimeLosesNothing() {
    Marker own = Commits.takeOver(table, JOB, "c1");

    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> appendMany(own)),
            CompletableFuture.runAsync(this::appendManyOfOthers))
        .join();

    assertThat(rows()).isEqualTo(2 * 20 * 10);
    assertThat(TableState.of(memory.handle()).marker(JOB).orElseThrow().batch()).isEqualTo(19);
  }

  private void appendMany(Marker last) {
    Table own = memory.handle();
    Marker marker = last;
    for (int i = 0; i < 20; i++) {
      marker = next(marker);
      assertThat(append(own, marker)).isEqualTo(Outcome.COMMITTED);
    }
  }

  private void appendManyOfOthers() {
    for (int i = 0; i < 20; i++) {
      MemoryTable.foreignAppend(memory.handle(), 10);
    }
  }

  @Test
  void aTableWithoutAMarkerOfTheJobIsNotWritten() {
    assertThatThrownBy(() -> append(table, new Marker(JOB, "c1", 1, 0, "", Map.of())))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining(JOB);
  }

  private static Outcome append(Table table, Marker marker) {
    return Commits.append(
        MemoryTable.staged(table, 10), marker, DayRanges.EMPTY, Map.of("fact", "yes"));
  }

  private static Marker next(Marker last) {
    long batch = last.batch() + 1;
    return new Marker(
        last.job(),
        last.checkpoint(),
        last.epoch(),
        batch,
        Long.toString(batch),
        Map.of("ods.event", batch));
  }

  private long rows() {
    table.refresh();
    return Long.parseLong(table.currentSnapshot().summary().get("total-records"));
  }
}
