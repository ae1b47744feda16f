package io.tidemark.compaction.retain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.compaction.retain.plan.CommitRecords;
import io.tidemark.compaction.retain.plan.ExpiryPlan;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.compaction.retain.plan.TableLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Expiry and manifests of real tables in memory, without Spark. */
class SnapshotExpiryTest {
  private static final TableIdentifier NAME = TableIdentifier.of("ods", "event");
  private static final String JOB = "ods_event";
  private static final int MANIFESTS = 5;

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final Table table = table();
  private final SnapshotNeeds needs = new SnapshotNeeds();
  private final List<Step> steps = new ArrayList<>();

  private Table table() {
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("ods"));
    return catalog.createTable(
        NAME,
        new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
        PartitionSpec.unpartitioned(),
        Map.of("commit.retry.min-wait-ms", "1", "commit.retry.num-retries", "50"));
  }

  @Test
  void filesThatNoSnapshotNamesAreDeletedAndOthersAreNot() {
    stream(3);
    Set<String> kept = files();
    String replaced = append();
    table.newDelete().deleteFile(replaced).commit();
    stream(1);

    expire();

    assertThat(steps).containsExactly(Step.SNAPSHOTS_EXPIRED, Step.FILES_DELETED);
    assertThat(exists(replaced)).isFalse();
    assertThat(files()).hasSize(4).containsAll(kept).allMatch(this::exists);
    assertThat(snapshots()).hasSize(1);
  }

  @Test
  void aSecondExpiryFindsNothingToDo() {
    stream(3);
    expire();
    steps.clear();

    expire();

    assertThat(steps).isEmpty();
  }

  @Test
  void icebergsOwnAgesExpireNothing() {
    table
        .updateProperties()
        .set("history.expire.max-snapshot-age-ms", "1")
        .set("history.expire.min-snapshots-to-keep", "1")
        .commit();
    stream(3);
    long first = snapshots().get(0);
    needs.since(first, "a reader");

    expire();

    assertThat(snapshots()).hasSize(4).contains(first);
  }

  @Test
  void aSnapshotThatIsTaggedInTheLastMomentStays() {
    stream(3);
    long tagged = snapshots().get(1);
    List<Integer> asked = new ArrayList<>();

    expire(
        fresh -> {
          ExpiryPlan plan = plan(fresh);
          if (asked.isEmpty()) {
            catalog.loadTable(NAME).manageSnapshots().createTag("mine", tagged).commit();
          }
          asked.add(1);
          return plan;
        });

    assertThat(asked).hasSize(2);
    assertThat(snapshots()).contains(tagged).hasSize(2);
  }

  @Test
  void commitsThatComeMeanwhileStay() {
    stream(3);

    expire(
        fresh -> {
          ExpiryPlan plan = plan(fresh);
          if (snapshots().size() == 4) {
            stream(catalog.loadTable(NAME), 2);
          }
          return plan;
        });

    assertThat(snapshots()).hasSize(3);
    assertThat(files()).hasSize(5).allMatch(this::exists);
    assertThat(position()).isEqualTo("5");
  }

  @Test
  void anExpiryThatIsKilledBehindItsCommitLeavesFilesAndNoDamage() {
    stream(2);
    String replaced = append();
    table.newDelete().deleteFile(replaced).commit();
    stream(1);

    assertThatThrownBy(
            () ->
                new SnapshotExpiry(NAME.toString(), table, this::plan)
                    .expire(
                        (name, step, what) -> {
                          throw new Killed();
                        }))
        .isInstanceOf(Killed.class);

    assertThat(snapshots()).hasSize(1);
    assertThat(exists(replaced)).isTrue();
    assertThat(files()).hasSize(3).allMatch(this::exists);
    expire();
    assertThat(position()).isEqualTo("3");
  }

  @Test
  void aTableWithAgesOfItsOwnIsLeftAsItIs() {
    stream(3);
    long first = snapshots().get(0);
    table.manageSnapshots().createTag("seal_2026-01-01_2026-01-01", first).commit();
    table.manageSnapshots().setMaxRefAgeMs("seal_2026-01-01_2026-01-01", 1).commit();

    assertThatThrownBy(this::expire)
        .isInstanceOf(VacuumRefusedException.class)
        .hasMessageContaining("tag 'seal_2026-01-01_2026-01-01' of ods.event has a retention")
        .hasMessageContaining("ALTER TABLE ods.event DROP TAG `seal_2026-01-01_2026-01-01`;")
        .hasMessageEndingWith(
            "ALTER TABLE ods.event CREATE TAG `seal_2026-01-01_2026-01-01` AS OF VERSION " + first);
    assertThat(snapshots()).hasSize(4);
  }

  @Test
  void agesOfRefsOfPeopleAreRefusedAndHundredYearsAreNoAge() {
    stream(3);
    long first = snapshots().get(0);
    table.manageSnapshots().createBranch("trial", first).commit();
    table.manageSnapshots().setMaxSnapshotAgeMs("trial", 1).commit();

    assertThatThrownBy(this::expire)
        .isInstanceOf(VacuumRefusedException.class)
        .hasMessageContaining("branch 'trial' of ods.event has a retention")
        .hasMessageEndingWith(
            "ALTER TABLE ods.event REPLACE BRANCH `trial` AS OF VERSION "
                + first
                + " RETAIN 36500 DAYS WITH SNAPSHOT RETENTION 36500 DAYS");
    assertThat(snapshots()).hasSize(4);

    long ages = Duration.ofDays(36_500).toMillis();
    table
        .manageSnapshots()
        .setMaxSnapshotAgeMs("trial", ages)
        .setMaxRefAgeMs("trial", ages)
        .commit();
    expire();
    assertThat(snapshots()).hasSize(2).contains(first);
  }

  @Test
  void aTableWhoseRefsAgeIsLeftAsItIs() {
    stream(3);
    table.updateProperties().set("history.expire.max-ref-age-ms", "1").commit();

    assertThatThrownBy(this::expire)
        .isInstanceOf(VacuumRefusedException.class)
        .hasMessageContaining("history.expire.max-ref-age-ms")
        .hasMessageContaining("UNSET TBLPROPERTIES");
  }

  @Test
  void aStreamGoesOnFromATableOfMaintenanceCommitsAlone() {
    stream(MANIFESTS);
    Set<String> files = files();

    new ManifestRewrite(NAME.toString(), table, MANIFESTS)
        .rewrite((name, step, what) -> steps.add(step));
    expire();

    assertThat(steps)
        .containsExactly(Step.MANIFESTS_REWRITTEN, Step.SNAPSHOTS_EXPIRED, Step.FILES_DELETED);
    assertThat(snapshots()).hasSize(1);
    Snapshot head = table.currentSnapshot();
    assertThat(head.operation()).isEqualTo(DataOperations.REPLACE);
    assertThat(head.allManifests(table.io())).hasSize(1);
    assertThat(files()).isEqualTo(files).allMatch(this::exists);
    assertThat(position()).isEqualTo(Integer.toString(MANIFESTS));
    stream(1);
    assertThat(position()).isEqualTo(Integer.toString(MANIFESTS + 1));
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private void expire() {
    expire(this::plan);
  }

  private void expire(Function<Table, ExpiryPlan> planner) {
    new SnapshotExpiry(NAME.toString(), table, planner)
        .expire((name, step, what) -> steps.add(step));
    table.refresh();
  }

  /** Everything is older than the retention. */
  private ExpiryPlan plan(Table fresh) {
    Set<Long> carriers = new HashSet<>();
    for (Snapshot snapshot : fresh.snapshots()) {
      if (CommitRecords.carriesState(snapshot)) {
        carriers.add(snapshot.snapshotId());
      }
    }
    return ExpiryPlan.of(
        NAME.toString(),
        TableLog.of(fresh, carriers),
        needs,
        Instant.parse("2100-01-01T00:00:00Z"));
  }

  private void stream(int microBatches) {
    stream(table, microBatches);
    table.refresh();
  }

  /** Micro-batches of a driver that takes the job over. */
  private static void stream(Table table, int microBatches) {
    Marker last =
        TableState.of(table)
            .marker(JOB)
            .orElseGet(() -> Commits.takeOver(table, JOB, Marker.IN_TABLE));
    for (int i = 0; i < microBatches; i++) {
      long batch = last.batch() + 1;
      last =
          new Marker(
              JOB, last.checkpoint(), last.epoch(), batch, Long.toString(batch + 1), Map.of());
      Commits.append(
          new StagedFiles(
              table,
              Set.of(
                  DataFiles.builder(table.spec())
                      .withPath(write(table))
                      .withFileSizeInBytes(1)
                      .withRecordCount(1)
                      .build())),
          last,
          DayRanges.EMPTY,
          Map.of());
    }
  }

  /** A file that somebody else appends. */
  private String append() {
    String path = write(table);
    table
        .newAppend()
        .appendFile(
            DataFiles.builder(table.spec())
                .withPath(path)
                .withFileSizeInBytes(1)
                .withRecordCount(1)
                .build())
        .commit();
    return path;
  }

  private static String write(Table table) {
    String path = table.location() + "/data/" + UUID.randomUUID() + ".parquet";
    try (PositionOutputStream out = table.io().newOutputFile(path).create()) {
      out.write(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return path;
  }

  private boolean exists(String path) {
    try {
      return table.io().newInputFile(path).exists();
    } catch (NotFoundException gone) {
      return false;
    }
  }

  private String position() {
    table.refresh();
    return TableState.of(table).marker(JOB).orElseThrow().position();
  }

  private List<Long> snapshots() {
    table.refresh();
    List<Long> all = new ArrayList<>();
    table.snapshots().forEach(each -> all.add(each.snapshotId()));
    return all;
  }

  private Set<String> files() {
    table.refresh();
    Set<String> files = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file().location()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
