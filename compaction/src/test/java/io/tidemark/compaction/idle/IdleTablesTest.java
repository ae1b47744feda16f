package io.tidemark.compaction.idle;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.spec.JobCatalog;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tables tell of their use, of a storage that tells nothing. */
class IdleTablesTest {
  private static final Instant FAR = Instant.parse("2100-01-01T00:00:00Z");

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final Map<String, Table> tables = new LinkedHashMap<>();
  private Table event;
  private Table result;
  private int files;

  @BeforeEach
  void makeTables() {
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dwd"));
    event = table("event");
    result = table("result");
  }

  @Test
  void onlyCommitsThatChangeRowsAreWrites() {
    DataFile first = file();
    event.newAppend().appendFile(first).commit();
    event.manageSnapshots().createBranch("offline").commit();
    event.newAppend().appendFile(file()).toBranch("offline").commit();
    long written = event.snapshot("offline").timestampMillis();
    event.newRewrite().rewriteFiles(Set.of(first), Set.of(file())).commit();
    event.newAppend().set(TableState.SEALED_DAYS, "2026-01-01").commit();

    assertThat(use("dwd.event").lastWrite()).isEqualTo(Instant.ofEpochMilli(written));
    assertThat(use("dwd.event").files()).isEqualTo(1);
    assertThat(use("dwd.event").bytes()).isEqualTo(1000);
  }

  @Test
  void aWriteThatWasExpiredCameBeforeTheOldestCommitThatIsLeft() {
    DataFile first = file();
    event.newAppend().appendFile(first).commit();
    event.newRewrite().rewriteFiles(Set.of(first), Set.of(file())).commit();
    event.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();

    assertThat(use("dwd.event").lastWrite()).isEqualTo(time(event));
  }

  @Test
  void aTableThatNobodyEverWroteCountsFromWhenItWasMade() {
    event.newAppend().commit();

    TableUse use = use("dwd.event");

    assertThat(use.lastWrite()).isNull();
    assertThat(use.lastUse()).isEqualTo(use.since()).isBeforeOrEqualTo(time(event));
    assertThat(idle(use.since())).isEmpty();
  }

  @Test
  void whatAStreamHasReadIsKnownFromItsMarkerAndNotFromWhoCarriesItOn() {
    event.newAppend().appendFile(file()).commit();
    long position = event.currentSnapshot().snapshotId();
    Marker first = Commits.takeOver(result, "some_job", Marker.IN_TABLE);
    Commits.append(
        StagedFiles.none(result),
        new Marker(
            "some_job", Marker.IN_TABLE, first.epoch(), 0, Long.toString(position), Map.of()),
        DayRanges.EMPTY,
        Map.of());
    Instant read = time(result);
    Commits.rewrite(result, result.rewriteManifests().clusterBy(any -> 0));
    result.newAppend().set("by", "hand").commit();

    assertThat(use("dwd.event").lastRead()).isEqualTo(new LastRead(read, "job some_job"));
    assertThat(use("dwd.event").readsKnown()).isFalse();
    assertThat(use("dwd.result").lastRead()).isNull();
  }

  @Test
  void whatAResultHasReadIsKnown() {
    event.newAppend().appendFile(file()).commit();
    long snapshot = event.currentSnapshot().snapshotId();
    commit(result.newAppend(), TableState.TAG_RECOMPUTE, "{\"rows\":12,\"of\":%d}", snapshot);
    Instant read = time(result);
    commit(result.newAppend(), TableState.TAG_RECOMPUTE, "{\"rows\":12,\"of\":%d}", snapshot);

    assertThat(use("dwd.event").lastRead())
        .isEqualTo(new LastRead(read, "a result in table dwd.result"));
  }

  @Test
  void whatKnownUsersWereReadFromIsKnown() {
    event.newAppend().appendFile(file()).commit();
    long snapshot = event.currentSnapshot().snapshotId();
    commit(
        result.newAppend(),
        TableState.KNOWN_USERS,
        "{\"through\":\"2026-03-14\",\"snapshot\":%d}",
        snapshot);

    assertThat(use("dwd.event").lastRead())
        .isEqualTo(new LastRead(time(result), "known users in table dwd.result"));
  }

  @Test
  void whereRowsWereLookedUpIsKnown() {
    event.newAppend().appendFile(file()).commit();
    long snapshot = event.currentSnapshot().snapshotId();
    commit(result.newAppend(), "tidemark.dimensions", "{\"dwd.event\":%d}", snapshot);

    assertThat(use("dwd.event").lastRead())
        .isEqualTo(new LastRead(time(result), "rows looked up for table dwd.result"));
  }

  @Test
  void theOwnerIsWhoWasDeclaredElseWhoMadeIt() {
    event.updateProperties().set("owner", "etl").commit();
    assertThat(use("dwd.event").owner()).isEqualTo("etl");

    event.updateProperties().set("tidemark.owner", "reading team").commit();
    assertThat(use("dwd.event").owner()).isEqualTo("reading team");
    assertThat(use("dwd.result").owner()).isEmpty();
  }

  private static void commit(
      SnapshotUpdate<?> update, String property, String json, long snapshot) {
    update.set(property, json.formatted(snapshot));
    update.commit();
  }

  private TableUse use(String table) {
    return idle(FAR).stream().filter(use -> use.table().equals(table)).findFirst().orElseThrow();
  }

  private List<TableUse> idle(Instant since) {
    tables.values().forEach(Table::refresh);
    return new IdleTables(new JobCatalog(List.of()), tables, new Configuration(false)).since(since);
  }

  private static Instant time(Table table) {
    table.refresh();
    return Instant.ofEpochMilli(table.currentSnapshot().timestampMillis());
  }

  private DataFile file() {
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath("/nowhere/" + files++ + ".parquet")
        .withFileSizeInBytes(1000)
        .withRecordCount(10)
        .build();
  }

  private Table table(String name) {
    Table table =
        catalog.createTable(
            TableIdentifier.of("dwd", name),
            new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
            PartitionSpec.unpartitioned());
    tables.put("dwd." + name, table);
    return table;
  }
}
