package io.tidemark.compaction.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.compaction.record.MaintenanceRun.Kind;
import io.tidemark.compaction.record.MaintenanceStep.Done;
import io.tidemark.compaction.record.MaintenanceStep.Gained;
import io.tidemark.compaction.record.MaintenanceStep.Groups;
import io.tidemark.compaction.record.MaintenanceStep.Outcome;
import io.tidemark.compaction.record.MaintenanceStep.Planned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The record in a table in memory, without Spark. */
@Tag("any-zone")
class MaintenanceTableTest {
  private static final LocalDate DAY = LocalDate.parse("2026-01-31");
  private static final Instant BEGAN = Instant.parse("2026-01-31T18:00:00Z");

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private BaseTable table;

  @BeforeEach
  void makeTable() {
    catalog.initialize("memory", Map.of(CatalogProperties.WAREHOUSE_LOCATION, "memory:/house"));
    catalog.createNamespace(Namespace.of("ops"));
    MaintenanceTable.declared().create(catalog, Map.of());
    table = (BaseTable) catalog.loadTable(TableIdentifier.of("ops", "maintenance_run"));
  }

  @Test
  void aRunIsARowForEachStepAndOneForTheTimeBetweenThem() {
    MaintenanceTable.append(table, DAY, run("a", rewrite(Outcome.PARTLY), expiry()));

    List<Record> rows = rows();
    assertThat(table.currentSnapshot().summary()).containsEntry("added-data-files", "1");
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).getField("action")).isEqualTo("plan");
    assertThat(rows.get(0).getField("table_name")).isEqualTo("");
    assertThat((double) rows.get(0).getField("seconds")).isEqualTo(7.5);
    assertThat(values(rows.get(1)))
        .containsEntry("dt", DAY)
        .containsEntry("run_id", "a")
        .containsEntry("kind", "compact")
        .containsEntry("table_name", "dwd.reading_event")
        .containsEntry("partition", "dt=2026-01-30")
        .containsEntry("action", "small files")
        .containsEntry("started_at", BEGAN.plusSeconds(5).atOffset(ZoneOffset.UTC))
        .containsEntry("seconds", 30.25)
        .containsEntry("reasons", "300 small files, from 10 on")
        .containsEntry("planned_groups", 4L)
        .containsEntry("planned_files", 300L)
        .containsEntry("planned_bytes", 9_000L)
        .containsEntry("planned_seconds", 28.0)
        .containsEntry("groups_done", 3L)
        .containsEntry("groups_conflicted", 1L)
        .containsEntry("groups_failed", 0L)
        .containsEntry("files_removed", 220L)
        .containsEntry("delete_files_removed", 5L)
        .containsEntry("files_added", 3L)
        .containsEntry("bytes_read", 6_600L)
        .containsEntry("bytes_written", 6_000L)
        .containsEntry("rows_folded", 12L)
        .containsEntry("snapshots_expired", 0L)
        .containsEntry("orphans_deleted", 0L)
        .containsEntry("files_fewer", 222L)
        .containsEntry("bytes_fewer", 600L)
        .containsEntry("outcome", "partly")
        .containsEntry("detail", "");
    assertThat(values(rows.get(2)))
        .containsEntry("action", "snapshots")
        .containsEntry("snapshots_expired", 40L)
        .containsEntry("files_removed", 90L)
        .containsEntry("planned_seconds", null)
        .containsEntry("outcome", "done");
  }

  @Test
  void aRunThatIsWrittenTwiceIsThereOnce() {
    MaintenanceTable.append(table, DAY, run("a", expiry()));
    MaintenanceTable.append(table, DAY, run("a", expiry()));
    assertThat(table.snapshots()).hasSize(1);

    MaintenanceTable.append(table, DAY, run("b", expiry()));
    MaintenanceTable.append(table, DAY, run("a", expiry()));

    assertThat(rows()).extracting(row -> row.getField("run_id")).containsOnly("a", "b").hasSize(4);
  }

  @Test
  void aCommitOfWhichNobodyKnowsWhetherItLandedIsLookedUp() {
    Unsure landed = new Unsure(table.operations(), true);
    MaintenanceTable.append(new BaseTable(landed, "t"), DAY, run("a", expiry()));
    Unsure lost = new Unsure(table.operations(), false);
    MaintenanceTable.append(new BaseTable(lost, "t"), DAY, run("b", expiry()));

    assertThat(landed.commits.get()).isEqualTo(1);
    assertThat(lost.commits.get()).isEqualTo(2);
    assertThat(rows()).extracting(row -> row.getField("run_id")).containsOnly("a", "b").hasSize(4);
  }

  @Test
  void aRunThatHadNothingToDoWasThere() {
    MaintenanceTable.append(table, DAY, run("a"));

    assertThat(rows())
        .singleElement()
        .satisfies(row -> assertThat(row.getField("seconds")).isEqualTo(40.0));
  }

  /** Nothing to do is no step, and what had failed would stay a failure all day. */
  @Test
  void whatFailedIsDoneOnceALaterRunFindsNothingLeftOfIt() {
    MaintenanceStep failed = step("snapshots", Done.NOTHING, Outcome.FAILED, "no answer");
    MaintenanceStep left = step("orphan files", Done.NOTHING, Outcome.LEFT, "shared location");
    MaintenanceTable.append(table, DAY, run("a", Kind.VACUUM, 0, failed, left));

    MaintenanceTable.append(table, DAY, run("b", Kind.COMPACT, 60));
    assertThat(outcomes("b")).as("a compaction expires no snapshot").isEmpty();

    MaintenanceTable.append(table, DAY, run("c", Kind.VACUUM, 60, left));
    assertThat(outcomes("c")).containsExactlyInAnyOrder("snapshots done", "orphan files left");

    MaintenanceTable.append(table, DAY, run("d", Kind.VACUUM, 120));
    assertThat(outcomes("d")).containsExactly("orphan files done");
    MaintenanceTable.append(table, DAY, run("e", Kind.VACUUM, 180));
    assertThat(outcomes("e")).isEmpty();
  }

  @Test
  void aTableThatCouldNotBeReadIsDoneOnceItCan() {
    MaintenanceStep unreadable = step("", Done.NOTHING, Outcome.FAILED, "it cannot be read");
    MaintenanceTable.append(
        table, DAY, run("a", Kind.COMPACT, 0, unreadable, rewrite(Outcome.FAILED)));

    MaintenanceTable.append(table, DAY, run("b", Kind.VACUUM, 60));
    assertThat(outcomes("b")).isEmpty();
    MaintenanceTable.append(table, DAY, run("c", Kind.INLINE, 60));
    assertThat(outcomes("c")).as("the partition was not tried again").containsExactly(" done");
    MaintenanceTable.append(table, DAY, run("d", Kind.INLINE, 120));
    assertThat(rows()).noneMatch(row -> "d".equals(row.getField("run_id")));
  }

  /** A driver does not write down what it leaves. */
  @Test
  void whatWasLeftStaysSoUntilTheVerbComesAgain() {
    MaintenanceStep left = step("", Done.NOTHING, Outcome.LEFT, "beyond the budget");
    MaintenanceTable.append(table, DAY, run("a", Kind.COMPACT, 0, left));

    MaintenanceTable.append(table, DAY, run("b", Kind.INLINE, 60));
    assertThat(outcomes("b")).isEmpty();
    MaintenanceTable.append(table, DAY, run("c", Kind.COMPACT, 60));
    assertThat(outcomes("c")).containsExactly(" done");
  }

  /** Of the steps of a run, beside its own row. */
  private List<String> outcomes(String run) {
    return rows().stream()
        .filter(row -> run.equals(row.getField("run_id")))
        .filter(row -> !"".equals(row.getField("table_name")))
        .map(row -> row.getField("action") + " " + row.getField("outcome"))
        .toList();
  }

  private static MaintenanceRun run(String id, Kind kind, long minutes, MaintenanceStep... steps) {
    return new MaintenanceRun(
        id,
        kind,
        BEGAN.plus(Duration.ofMinutes(minutes)),
        40,
        List.of(steps),
        Set.of("dwd.reading_event"));
  }

  @Test
  void noSecretIsWrittenDown() {
    String failure =
        MaintenanceStep.failure(
            new IllegalStateException(
                "cannot reach\n  jdbc:postgresql://db/x?user=ann&password=hunter2",
                new IOException("s3.secret-access-key=hunter3 was refused")));
    MaintenanceStep step =
        step("orphan files", Done.NOTHING, Outcome.FAILED, failure + " token: hunter4");

    MaintenanceTable.append(table, DAY, run("a", step));

    assertThat(rows().get(1).getField("detail"))
        .asString()
        .contains("cannot reach; jdbc:postgresql://db/x?user=ann&password=(hidden)")
        .contains("was refused")
        .doesNotContain("hunter", "\n");
  }

  @Test
  void aFailureThatFillsPagesIsCut() {
    MaintenanceStep step =
        step("snapshots", Done.NOTHING, Outcome.FAILED, "at a.b.C\n".repeat(2_000));

    assertThat(step.detail()).hasSize(2_001).endsWith("…");
  }

  @Test
  void outcomesFollowFromGroups() {
    assertThat(Outcome.of(2, new Groups(2, 0, 0))).isEqualTo(Outcome.DONE);
    assertThat(Outcome.of(0, Groups.NONE)).isEqualTo(Outcome.DONE);
    assertThat(Outcome.of(3, new Groups(2, 1, 0))).isEqualTo(Outcome.PARTLY);
    assertThat(Outcome.of(3, new Groups(2, 0, 0))).isEqualTo(Outcome.PARTLY);
    assertThat(Outcome.of(3, new Groups(0, 1, 0))).isEqualTo(Outcome.CONFLICTED);
    assertThat(Outcome.of(3, new Groups(2, 0, 1))).isEqualTo(Outcome.FAILED);
    assertThat(Outcome.of(3, Groups.NONE)).isEqualTo(Outcome.LEFT);
  }

  @Test
  void aTableThatCannotBeWrittenSaysSo() {
    catalog.dropTable(TableIdentifier.of("ops", "maintenance_run"));

    assertThatThrownBy(() -> MaintenanceTable.append(table, DAY, run("a")))
        .isInstanceOf(RuntimeException.class);
  }

  private static MaintenanceRun run(String id, MaintenanceStep... steps) {
    return new MaintenanceRun(id, Kind.COMPACT, BEGAN, 40, List.of(steps), Set.of());
  }

  private static MaintenanceStep rewrite(Outcome outcome) {
    return new MaintenanceStep(
        "dwd.reading_event",
        "dt=2026-01-30",
        "small files",
        BEGAN.plusSeconds(5),
        30.25,
        "300 small files, from 10 on",
        new Planned(4, 300, 9_000, 28.0),
        new Done(new Groups(3, 1, 0), 220, 5, 3, 6_600, 6_000, 12, 0, 0),
        new Gained(222, 600),
        outcome,
        "");
  }

  private static MaintenanceStep expiry() {
    return step("snapshots", Done.expired(40, 90), Outcome.DONE, "");
  }

  private static MaintenanceStep step(String action, Done done, Outcome outcome, String detail) {
    return new MaintenanceStep(
        "dwd.reading_event",
        "",
        action,
        BEGAN.plusSeconds(36),
        2.25,
        "",
        Planned.NOTHING,
        done,
        Gained.NOTHING,
        outcome,
        detail);
  }

  private List<Record> rows() {
    table.refresh();
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      List<Record> all = new ArrayList<>();
      rows.forEach(all::add);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> values(Record row) {
    Map<String, Object> values = new HashMap<>();
    row.struct().fields().forEach(field -> values.put(field.name(), row.getField(field.name())));
    return values;
  }

  /** A catalog that does not say whether its first commit landed. */
  private static final class Unsure implements TableOperations {
    private final TableOperations known;
    private final boolean lands;
    private final AtomicInteger commits = new AtomicInteger();

    Unsure(TableOperations known, boolean lands) {
      this.known = known;
      this.lands = lands;
    }

    @Override
    public TableMetadata current() {
      return known.current();
    }

    @Override
    public TableMetadata refresh() {
      return known.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      boolean first = commits.incrementAndGet() == 1;
      if (!first || lands) {
        known.commit(base, metadata);
      }
      if (first) {
        throw new CommitStateUnknownException(new IOException("the connection broke"));
      }
    }

    @Override
    public FileIO io() {
      return known.io();
    }

    @Override
    public EncryptionManager encryption() {
      return known.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return known.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return known.locationProvider();
    }
  }
}
