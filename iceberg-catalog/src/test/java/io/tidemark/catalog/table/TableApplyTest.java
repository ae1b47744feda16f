package io.tidemark.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.MemoryTable.Fault;
import io.tidemark.catalog.commit.MemoryTable.Killed;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes are made wholly or not at all, whoever commits meanwhile and whatever is interrupted. */
class TableApplyTest {
  private static final String COLUMNS = "dt: date\nid: string\nn: int\ngone: string\n";

  /** Every kind of change at once. */
  private static final DeclaredTable CHANGED =
      Declared.ofJob(
          "dt: date\nkey: string\nn: bigint\nadded: string\n",
          """
          columns:
            key: { renamed-from: id, comment: The key }
          partitions: [dt, 'bucket(4, key)']
          sort: [key desc]
          retention: 30 days
          """);

  private static final List<String> ALLOWED = List.of("drop-column:dwd.event.gone");

  private final MemoryStore store = new MemoryStore();
  private final TableApply apply = new TableApply(store);
  private Marker marker;

  @BeforeEach
  void createAndWrite() {
    apply.apply(Declared.ofJob(COLUMNS, ""), List.of());
    marker = Commits.takeOver(table(), "dwd_event", Marker.IN_TABLE);
    write();
  }

  @Test
  void aTableIsMadeWithItsBranch() {
    assertThat(table().refs()).containsKey(Lakehouse.OFFLINE);
    assertThat(apply.apply(Declared.ofJob(COLUMNS, ""), List.of())).isEmpty();
  }

  @Test
  void everyKindOfChangeIsOneCommitThatTouchesNoRow() {
    long head = table().currentSnapshot().snapshotId();

    List<TableChange> done = apply.apply(CHANGED, ALLOWED);

    assertThat(done).hasSize(8);
    assertThat(apply.plan(CHANGED).isEmpty()).isTrue();
    assertThat(table().currentSnapshot().snapshotId()).isEqualTo(head);
    assertThat(TableState.of(table()).marker("dwd_event")).contains(marker);
    assertThat(table().schema().columns())
        .extracting(column -> column.name())
        .containsExactly("dt", "key", "n", "added");
  }

  @Test
  void nothingIsChangedWhenAnythingIsRefused() {
    assertThatThrownBy(() -> apply.apply(CHANGED, List.of()))
        .isInstanceOf(RefusedChangesException.class)
        .hasMessageContaining("drop column gone")
        .satisfies(
            e ->
                assertThat(((RefusedChangesException) e).nextStep())
                    .contains("--allow drop-column:dwd.event.gone"));

    assertThat(apply.plan(Declared.ofJob(COLUMNS, "")).isEmpty()).isTrue();
  }

  @Test
  void aStreamThatCommitsInTheLastMomentLosesNothing() {
    store.next(Fault.comesAfter(this::write), Fault.comesAfter(this::write));

    apply.apply(CHANGED, ALLOWED);

    assertThat(apply.plan(CHANGED).isEmpty()).isTrue();
    assertThat(rows()).isEqualTo(3);
    assertThat(TableState.of(table()).marker("dwd_event")).contains(marker);
    write();
    assertThat(rows()).isEqualTo(4);
  }

  @Test
  void aChangeOfTheSameTableMeanwhileIsPlannedWith() {
    store.next(
        Fault.comesAfter(
            () ->
                store
                    .table(Declared.EVENT)
                    .updateSchema()
                    .renameColumn("id", "key")
                    .deleteColumn("gone")
                    .commit()));

    apply.apply(CHANGED, ALLOWED);

    assertThat(apply.plan(CHANGED).isEmpty()).isTrue();
  }

  static Stream<Fault> unanswered() {
    return Stream.of(Fault.landsUnanswered(), Fault.vanishes());
  }

  @ParameterizedTest
  @MethodSource("unanswered")
  void anUnknownOutcomeIsLookedUp(Fault fault) {
    store.next(fault);

    assertThat(apply.apply(CHANGED, ALLOWED)).hasSize(8);

    assertThat(apply.plan(CHANGED).isEmpty()).isTrue();
  }

  @Test
  void oneThatWasInterruptedIsRepeatedAsItWas() {
    store.next(Fault.killed());
    assertThatThrownBy(() -> apply.apply(CHANGED, ALLOWED)).isInstanceOf(Killed.class);
    assertThat(apply.plan(Declared.ofJob(COLUMNS, "")).isEmpty()).as("nothing was done").isTrue();

    apply.apply(CHANGED, ALLOWED);
    assertThat(apply.apply(CHANGED, ALLOWED)).as("the flag is still there").isEmpty();

    assertThat(apply.plan(CHANGED).isEmpty()).isTrue();
  }

  @Test
  void aCreationThatWasInterruptedBeforeItsBranchIsFinished() {
    MemoryStore other = new MemoryStore();
    DeclaredTable declared = Declared.ofJob(COLUMNS, "");
    other.next(Fault.killed());
    assertThatThrownBy(() -> new TableApply(other).apply(declared, List.of()))
        .isInstanceOf(Killed.class);
    assertThat(other.table(Declared.EVENT).refs()).doesNotContainKey(Lakehouse.OFFLINE);

    assertThat(new TableApply(other).apply(declared, List.of()))
        .extracting(TableChange::text)
        .containsExactly("create branch 'offline'");

    assertThat(other.table(Declared.EVENT).refs()).containsKey(Lakehouse.OFFLINE);
  }

  /** A micro-batch of one row, as a stream would commit it. */
  private void write() {
    Table table = table();
    var file =
        DataFiles.builder(table.spec())
            .withPath(table.location() + "/data/" + UUID.randomUUID() + ".parquet")
            .withFileSizeInBytes(1)
            .withPartitionPath(
                table.spec().fields().size() == 1
                    ? "dt=2026-01-15"
                    : "dt=2026-01-15/key_bucket_4=0")
            .withRecordCount(1)
            .build();
    marker =
        new Marker("dwd_event", Marker.IN_TABLE, marker.epoch(), marker.batch() + 1, "7", Map.of());
    Commits.append(new StagedFiles(table, Set.of(file)), marker, DayRanges.EMPTY, Map.of());
  }

  private long rows() {
    return Long.parseLong(table().currentSnapshot().summary().get("total-records"));
  }

  private Table table() {
    return store.table(Declared.EVENT);
  }
}
