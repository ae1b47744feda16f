package io.tidemark.catalog.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.Lakehouse;
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
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DayPublishTest {
  private static final String JOB = "dwd_event";
  private static final LocalDate DAY = LocalDate.parse("2026-01-31");
  private static final LocalDate NEXT = DAY.plusDays(1);

  private final MemoryTable memory = MemoryTable.ofDays();
  private final Table table = memory.handle();
  private Marker marker;
  private DataFile streamed;

  /** A day of 10 rows on main, with a neighbour of 5; the batch has 12 in two files. */
  @BeforeEach
  void makeBothSides() {
    table.manageSnapshots().createBranch(Lakehouse.OFFLINE).commit();
    marker = Commits.takeOver(table, JOB, Marker.IN_TABLE);
    streamed = MemoryTable.file(table, DAY, 10);
    append(table, streamed);
    append(table, MemoryTable.file(table, NEXT, 5));
    batch(MemoryTable.file(table, DAY, 7), MemoryTable.file(table, DAY, 5));
  }

  @Test
  void theDaysFilesAreReplacedAndNoOthers() {
    long before = head();

    Result result = publish(table);

    assertThat(result.made()).isTrue();
    assertThat(rows(DAY)).isEqualTo(12);
    assertThat(rows(NEXT)).isEqualTo(5);
    Snapshot commit = table.snapshot(result.publication().snapshot());
    assertThat(commit.operation()).isEqualTo("overwrite");
    assertThat(result.publication().before()).isEqualTo(before);
    assertThat(result.publication().record().files()).isEqualTo(2);
    assertThat(result.publication().record().rows()).isEqualTo(12);
    assertThat(table.refs().get("publish_2026-01-31_1").snapshotId())
        .isEqualTo(commit.snapshotId());
    assertThat(table.refs().get("unpublished_2026-01-31_1").snapshotId()).isEqualTo(before);
  }

  @Test
  void theMarkerSurvivesAndAStreamBehindReadsNothing() {
    Marker written = TableState.of(table).marker(JOB).orElseThrow();
    long read = head();

    publish(table);

    assertThat(TableState.of(table).marker(JOB)).contains(written);
    assertThat(InputRange.after(table, read, 1000)).isEmpty();
    assertThat(InputRange.rowsBetween(table, read, head())).isZero();
    append(table, MemoryTable.file(table, NEXT, 3));
    assertThat(InputRange.after(table, read, 1000).orElseThrow().rows()).isEqualTo(3);
  }

  @Test
  void columnStatisticsGoAlong() {
    OverwriteFiles overwrite = table.newOverwrite().toBranch(Lakehouse.OFFLINE);
    DataFile counted =
        org.apache.iceberg.DataFiles.builder(table.spec())
            .copy(MemoryTable.file(table, NEXT, 2))
            .withMetrics(
                new org.apache.iceberg.Metrics(
                    2L, Map.of(), Map.of(1, 2L), Map.of(1, 0L), Map.of(), Map.of(), Map.of()))
            .build();
    overwrite.addFile(counted).commit();

    DayPublish.publish(table, request(NEXT, "run", head(), offline()));

    assertThat(DayFiles.read(table, head(), NEXT).files().get(0).valueCounts())
        .containsEntry(1, 2L);
  }

  @Test
  void theSameComparisonIsPublishedOnce() {
    long pin = head();
    long commit = publish(table).publication().snapshot();

    Result again = DayPublish.publish(table, request(DAY, "run", pin, offline()));
    Result other = DayPublish.publish(table, request(DAY, "another run", head(), offline()));

    assertThat(again.made()).isFalse();
    assertThat(again.publication().snapshot()).isEqualTo(commit);
    assertThat(other.made()).isFalse();
    assertThat(head()).isEqualTo(commit);
  }

  @Test
  void whatCameToTheDaySinceItWasComparedIsNotThrownAway() {
    long pin = head();
    append(table, MemoryTable.file(table, DAY, 1));

    assertThatThrownBy(() -> DayPublish.publish(table, request(DAY, "run", pin, offline())))
        .isInstanceOf(DayChangedException.class)
        .hasMessageContaining("2026-01-31")
        .hasMessageContaining("changed on main");
    assertThat(rows(DAY)).isEqualTo(11);
  }

  @Test
  void whatComesToTheDayInTheLastMomentIsNotThrownAway() {
    long pin = head();
    Table racing =
        memory.handle(
            Fault.comesAfter(() -> append(memory.handle(), MemoryTable.file(table, DAY, 1))));

    assertThatThrownBy(() -> DayPublish.publish(racing, request(DAY, "run", pin, offline())))
        .isInstanceOf(DayChangedException.class);
    assertThat(rows(DAY)).isEqualTo(11);
  }

  @Test
  void rowsDeletedFromTheDaySinceItWasComparedAreNoticed() {
    long pin = head();
    table.newRowDelta().addDeletes(positionDeletes()).commit();

    assertThatThrownBy(() -> DayPublish.publish(table, request(DAY, "run", pin, offline())))
        .isInstanceOf(DayChangedException.class);
  }

  @Test
  void filesOfTheDayRewrittenSinceItWasComparedAreNoticed() {
    long pin = head();
    table.newRewrite().deleteFile(streamed).addFile(MemoryTable.file(table, DAY, 10)).commit();

    assertThatThrownBy(() -> DayPublish.publish(table, request(DAY, "run", pin, offline())))
        .isInstanceOf(DayChangedException.class);
  }

  @Test
  void aStreamThatGoesOnWithAnotherDayIsNoObstacleAndLosesNothing() {
    long pin = head();
    append(table, MemoryTable.file(table, NEXT, 1));
    Runnable streaming = () -> append(memory.handle(), MemoryTable.file(table, NEXT, 1));
    Table racing = memory.handle(Fault.comesAfter(streaming), Fault.comesAfter(streaming));

    assertThat(DayPublish.publish(racing, request(DAY, "run", pin, offline())).made()).isTrue();

    table.refresh();
    assertThat(rows(DAY)).isEqualTo(12);
    assertThat(rows(NEXT)).isEqualTo(8);
    assertThat(TableState.of(table).marker(JOB)).contains(marker);
  }

  @Test
  void twoWhoPublishTheSameComparisonMakeOneCommit() {
    Request request = request(DAY, "run", head(), offline());
    Table racing =
        memory.handle(Fault.comesAfter(() -> DayPublish.publish(memory.handle(), request)));

    assertThat(DayPublish.publish(racing, request).made()).isFalse();

    table.refresh();
    assertThat(Publication.all(table)).hasSize(1);
    assertThat(rows(DAY)).isEqualTo(12);
  }

  @Test
  void twoWhoPublishDifferentComparisonsDoNotUndoEachOther() {
    Request first = request(DAY, "first", head(), offline());
    batch(MemoryTable.file(table, DAY, 20));
    Request second = request(DAY, "second", head(), offline());
    Table racing =
        memory.handle(Fault.comesAfter(() -> DayPublish.publish(memory.handle(), second)));

    assertThatThrownBy(() -> DayPublish.publish(racing, first))
        .isInstanceOf(DayChangedException.class);

    table.refresh();
    assertThat(rows(DAY)).isEqualTo(20);
  }

  @Test
  void aCommitWhoseAnswerIsLostIsFound() {
    assertThat(publish(memory.handle(Fault.landsUnanswered())).made()).isTrue();

    table.refresh();
    assertThat(Publication.all(table)).hasSize(1);
    assertThat(rows(DAY)).isEqualTo(12);
  }

  @Test
  void aCommitThatVanishedIsMadeAgain() {
    assertThat(publish(memory.handle(Fault.vanishes())).made()).isTrue();

    table.refresh();
    assertThat(rows(DAY)).isEqualTo(12);
  }

  @Test
  void aCrashBetweenCommitAndTagIsMended() {
    Request request = request(DAY, "run", head(), offline());
    Table crashing = memory.handle(Runnable::run, Fault.killed());
    assertThatThrownBy(() -> DayPublish.publish(crashing, request)).isInstanceOf(Killed.class);
    table.refresh();
    assertThat(table.refs()).doesNotContainKey("publish_2026-01-31_1");

    assertThat(DayPublish.publish(table, request).made()).isFalse();

    assertThat(table.refs()).containsKeys("publish_2026-01-31_1", "unpublished_2026-01-31_1");
  }

  @Test
  void aTagWhoseAnswerIsLostIsThere() {
    publish(memory.handle(Runnable::run, Fault.landsUnanswered()));

    table.refresh();
    assertThat(table.refs()).containsKeys("publish_2026-01-31_1", "unpublished_2026-01-31_1");
    assertThat(table.refs()).doesNotContainKey("publish_2026-01-31_2");
  }

  @Test
  void aTagThatVanishedIsMadeAgain() {
    publish(memory.handle(Runnable::run, Fault.vanishes(), Fault.vanishes()));

    table.refresh();
    assertThat(table.refs()).containsKeys("publish_2026-01-31_1", "unpublished_2026-01-31_1");
  }

  @Test
  void aRewriteInTheLastMomentIsNoticed() {
    long pin = head();
    Table racing =
        memory.handle(
            Fault.comesAfter(
                () -> rewrite(memory.handle()).addFile(MemoryTable.file(table, DAY, 10)).commit()));

    assertThatThrownBy(() -> DayPublish.publish(racing, request(DAY, "run", pin, offline())))
        .isInstanceOf(DayChangedException.class);
    assertThat(rows(DAY)).isEqualTo(10);
  }

  @Test
  void aRewriteThatWasPlannedBeforeAndComesBehindFails() {
    RewriteFiles late = rewrite(memory.handle()).addFile(MemoryTable.file(table, DAY, 10));

    publish(table);

    assertThatThrownBy(late::commit).isInstanceOf(ValidationException.class);
    assertThat(rows(DAY)).isEqualTo(12);
  }

  @Test
  void aPublicationThatMainWasRolledBackBehindIsNone() {
    long pin = head();
    publish(table);
    table.manageSnapshots().rollbackTo(pin).commit();
    assertThat(Publication.all(table)).isEmpty();

    Result again = DayPublish.publish(table, request(DAY, "run", pin, offline()));

    assertThat(again.made()).isTrue();
    assertThat(rows(DAY)).isEqualTo(12);
    assertThat(Publication.all(table)).containsExactly(again.publication());
    assertThat(table.refs()).containsKey("publish_2026-01-31_2");
  }

  @Test
  void aPublicationOnAnotherBranchIsNone() {
    table.manageSnapshots().createBranch("trial").commit();
    table
        .newOverwrite()
        .toBranch("trial")
        .overwriteByRowFilter(DayFiles.of(DAY))
        .set(
            PublishRecord.PROPERTY,
            new PublishRecord(PublishRecord.Action.PUBLISH, JOB, "" + DAY, "run", 1, 0, 0, "")
                .toJson())
        .commit();
    table.refresh();

    assertThat(Publication.latest(table, DAY)).isEmpty();
    assertThat(publish(table).made()).isTrue();
    assertThat(rows(DAY)).isEqualTo(12);
  }

  @Test
  void whatANewerVersionHasWrittenBesideIsPassedOver() {
    PublishRecord record =
        new PublishRecord(PublishRecord.Action.PUBLISH, JOB, "" + DAY, "run", 1, 0, 0, "");
    table
        .newAppend()
        .set(
            PublishRecord.PROPERTY,
            record.toJson().replaceFirst("\\{", "{\"engine\": {\"name\": \"other\"}, "))
        .commit();
    table.refresh();

    assertThat(Publication.latest(table, DAY).map(Publication::record)).contains(record);
  }

  @Test
  void aPublicationIsKnownWhenTheHistoryBehindItIsExpired() {
    Result published = publish(table);
    append(table, MemoryTable.file(table, NEXT, 1));
    append(table, MemoryTable.file(table, NEXT, 1));
    long oldestKept = head();
    append(table, MemoryTable.file(table, NEXT, 1));

    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(2).commit();

    table.refresh();
    assertThat(table.snapshot(table.snapshot(oldestKept).parentId())).isNull();
    assertThat(Publication.all(table)).containsExactly(published.publication());
  }

  @Test
  void aDayThatTheStreamNeverSawIsStillNoNewInputOfStreams() {
    long read = head();
    LocalDate unseen = NEXT.plusDays(1);
    batch(unseen, MemoryTable.file(table, unseen, 4));

    Result result = DayPublish.publish(table, request(unseen, "run", read, offline()));

    assertThat(rows(unseen)).isEqualTo(4);
    assertThat(table.snapshot(result.publication().snapshot()).operation()).isEqualTo("overwrite");
    assertThat(InputRange.after(table, read, 1000)).isEmpty();
  }

  @Test
  void anEmptyBatchEmptiesTheDay() {
    batch();

    assertThat(publish(table).publication().record().rows()).isZero();

    assertThat(rows(DAY)).isZero();
    assertThat(rows(NEXT)).isEqualTo(5);
  }

  @Test
  void aDayThatIsEmptyOnBothSidesIsPublishedOnce() {
    LocalDate empty = NEXT.plusDays(1);

    assertThat(DayPublish.publish(table, request(empty, "run", head(), offline())).made()).isTrue();
    assertThat(DayPublish.publish(table, request(empty, "run", head(), offline())).made())
        .isFalse();
  }

  @Test
  void aTableThatNeverHadACommitOnMainIsPublishedInto() {
    MemoryTable other = MemoryTable.ofDays();
    Table fresh = other.handle();
    fresh.manageSnapshots().createBranch(Lakehouse.OFFLINE).commit();
    fresh
        .newOverwrite()
        .toBranch(Lakehouse.OFFLINE)
        .addFile(MemoryTable.file(fresh, DAY, 3))
        .commit();
    long batch = fresh.refs().get(Lakehouse.OFFLINE).snapshotId();

    Result result = DayPublish.publish(fresh, request(DAY, "run", null, batch));

    assertThat(result.made()).isTrue();
    assertThat(result.publication().before()).isNull();
    assertThat(fresh.refs()).doesNotContainKey("unpublished_2026-01-31_1");
  }

  @Test
  void offlineFilesWithDeletedRowsAreRefused() {
    table.newRowDelta().toBranch(Lakehouse.OFFLINE).addDeletes(positionDeletes()).commit();
    long pin = head();

    assertThatThrownBy(() -> publish(table))
        .isInstanceOf(PublishRefusedException.class)
        .hasMessageContaining("2026-01-31")
        .hasMessageContaining("compute the day again");
    assertThat(head()).isEqualTo(pin);
  }

  @Test
  void filesThatMayHoldSeveralDaysAreRefused() {
    table.updateSpec().removeField("dt").commit();
    append(
        table,
        org.apache.iceberg.DataFiles.builder(table.spec())
            .withPath("elsewhere.parquet")
            .withFileSizeInBytes(1)
            .withRecordCount(1)
            .build());

    assertThatThrownBy(() -> publish(table))
        .isInstanceOf(PublishRefusedException.class)
        .hasMessageContaining("partitioned by the business day");
  }

  private Result publish(Table through) {
    return DayPublish.publish(through, request(DAY, "run", head(), offline()));
  }

  private static Request request(LocalDate day, String run, Long main, long batch) {
    return new Request(JOB, day, run, main, batch, "");
  }

  private long head() {
    table.refresh();
    return table.currentSnapshot().snapshotId();
  }

  private long offline() {
    table.refresh();
    return table.refs().get(Lakehouse.OFFLINE).snapshotId();
  }

  private long rows(LocalDate day) {
    return DayFiles.read(table, head(), day).rows();
  }

  /** The stream's next micro-batch. */
  private void append(Table through, DataFile file) {
    through.refresh();
    Marker last = TableState.of(through).marker(JOB).orElseThrow();
    marker =
        new Marker(
            JOB, Marker.IN_TABLE, last.epoch(), last.batch() + 1, "" + last.batch(), Map.of());
    Commits.append(new StagedFiles(through, Set.of(file)), marker, DayRanges.EMPTY, Map.of());
  }

  private void batch(DataFile... files) {
    batch(DAY, files);
  }

  private void batch(LocalDate day, DataFile... files) {
    OverwriteFiles overwrite =
        table.newOverwrite().toBranch(Lakehouse.OFFLINE).overwriteByRowFilter(DayFiles.of(day));
    for (DataFile file : files) {
      overwrite.addFile(file);
    }
    overwrite.commit();
    table.refresh();
  }

  /** A compaction of what the stream wrote, without what it writes. */
  private RewriteFiles rewrite(Table through) {
    return through.newRewrite().deleteFile(streamed).validateFromSnapshot(head());
  }

  private DeleteFile positionDeletes() {
    return FileMetadata.deleteFileBuilder(table.spec())
        .ofPositionDeletes()
        .withPath(table.location() + "/data/deletes-" + System.identityHashCode(this) + ".parquet")
        .withPartitionPath("dt=" + DAY)
        .withFileSizeInBytes(1)
        .withRecordCount(1)
        .build();
  }
}
