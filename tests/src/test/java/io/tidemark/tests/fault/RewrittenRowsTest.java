package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.TrinoProperties;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.run.RewriteOutcome;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.PlainFiles;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.servers.IcebergRest;
import io.tidemark.tests.servers.Java25;
import io.tidemark.tests.servers.Rendered;
import io.tidemark.tests.servers.SharedServers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever kind of rewrite there is, whoever reads a table finds the same rows behind it: on {@code
 * main}, on {@code offline}, in tags and in older snapshots, with Spark and, where there is a JDK
 * for it, with Trino.
 */
@AnyZone
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RewrittenRowsTest {
  private static final String CATALOG = "rewritten_lake";
  private static final String EVENTS = "rewritten";
  private static final String CHANGES = "rewritten_item";
  private static final String TAG = "audit";
  private static final LocalDate DAY = FaultProject.FIRST_DAY;
  private static final Duration AN_HOUR = Duration.ofHours(1);

  private FaultProject project;
  private LocalLakehouse house;
  private boolean trinoReads;

  @BeforeAll
  void runTheJobs(@TempDir Path folder) throws SQLException {
    trinoReads = Java25.home().isPresent();
    if (trinoReads) {
      SharedServers.prepareTrino();
    } else {
      System.out.println("not read by Trino: " + Java25.NOT_FOUND);
    }
    IcebergRest server = SharedServers.icebergRest();
    project =
        FaultProject.ofAllKinds(
            folder,
            SharedBroker.get(),
            "name: %s, type: rest, uri: \"%s\", warehouse: \"%s\""
                .formatted(CATALOG, server.uri(), server.warehouse()),
            EVENTS,
            CHANGES);
    declarePolicies();
    house = project.open(FaultProject.LOCAL);
    if (trinoReads) {
      SharedServers.trino()
          .createCatalog(CATALOG, TrinoProperties.of(house.lake().environment().catalog()));
    }
    Clicks clicks = new Clicks(20261122);
    ShopDatabase database = new ShopDatabase(CHANGES, 60, 20261122);
    for (int i = 0; i < 2; i++) {
      clicks.send(project, EVENTS, 100);
      TestMessages.send(SharedBroker.get(), project.topic(CHANGES), database.next(160));
      house.catchUp(house.jobs().jobs());
      if (i == 0) {
        house.jobs().jobs().forEach(job -> tag(job.output()));
      }
    }
    house.seal(DAY, FaultProject.LAST_DAY);
    house.batch(house.recomputed(), DAY, FaultProject.LAST_DAY);
  }

  /** Each table is rewritten in one way. A day is leased no longer than these few seconds. */
  private void declarePolicies() {
    policy("ods." + EVENTS, "due: { small-files: 2 }");
    policy("dwd." + EVENTS, "due: { small-files: 2 }\nhot: { quiet: 2 hours, max-files: 6 }");
    policy("dws." + EVENTS + "_tmin", "due: { small-files: 2 }");
    policy("ods." + CHANGES, "due: { small-files: 1000, age: 300 days, manifests: 2 }");
    policy("dwd." + CHANGES, "due: { small-files: 2 }");
    policy("dwd.rewritten_deletes", "due: { small-files: 1000, deletes: 1% }");
    policy("dwd.rewritten_shared", "due: { deletes: 1% }");
    policy("dwd.rewritten_curve", "due: { small-files: 2 }\nz-order: [ id, text ]");
    policy("dwd.rewritten_sorted", "due: { small-files: 1000, overlap: 2 }");
  }

  private void policy(String table, String rest) {
    project.policy(table, "target-file-size: 1 MiB\nlease: 1 second\n" + rest);
  }

  private void tag(TableName name) {
    Table table = house.lake().load(name);
    table.manageSnapshots().createTag(TAG, table.currentSnapshot().snapshotId()).commit();
  }

  @Test
  void smallFilesArePutTogether() throws SQLException {
    assertSameRows("ods." + EVENTS, Scope.SMALL_FILES, AN_HOUR, true);

    assertThat(files("ods." + EVENTS)).allMatch(count -> count == 1);
  }

  @Test
  void smallFilesOfAHotPartitionArePutTogether() throws SQLException {
    Map<String, Long> before = TableFiles.byPartition(table("dwd." + EVENTS));

    assertSameRows("dwd." + EVENTS, Scope.SMALLEST_FILES, Duration.ZERO, true);

    assertThat(before.values()).allMatch(count -> count > 6);
    assertThat(files("dwd." + EVENTS)).allMatch(count -> count > 1 && count <= 6);
  }

  @Test
  void deltasOfAnAggregateBecomeOne() throws SQLException {
    String table = "dws." + EVENTS + "_tmin";
    long deltas = house.lake().spark().table(table).count();

    CompactionReport report = assertSameRows(table, null, AN_HOUR, false);

    assertThat(files(table)).allMatch(count -> count == 1);
    long left = house.lake().spark().table(table).count();
    assertThat(left).isLessThan(deltas);
    assertThat(report.outcomes().stream().mapToLong(RewriteOutcome::rowsFolded).sum())
        .isEqualTo(deltas - left);
  }

  @Test
  void changesOfAMirrorThatNobodyNeedsGo() throws SQLException {
    String table = "dwd." + CHANGES;
    long changes = house.lake().spark().table(table).count();

    assertSameRows(table, null, AN_HOUR, false);

    assertThat(files(table)).allMatch(count -> count == 1);
    assertThat(house.lake().spark().table(table).count()).isLessThan(changes);
  }

  @Test
  void deletesOfEveryKindAreFolded() throws SQLException {
    TableName name = TableName.parse("dwd.rewritten_deletes");
    house
        .lake()
        .ensure(
            name,
            StructType.fromDDL("dt DATE, id BIGINT, text STRING"),
            Map.of("write.delete.mode", "merge-on-read"));
    insert(name, 6);
    tag(name);
    Table table = house.lake().load(name);
    PlainFiles files = new PlainFiles(table, "id");
    Record key = GenericRecord.create(table.schema().select("id"));
    table
        .newRowDelta()
        .addDeletes(
            files.equalityDeletes(
                "dt=" + DAY, List.of(key.copy("id", 2L), key.copy("id", 4L), key.copy("id", 7L))))
        .commit();
    // The newest commit before the rewrite: as old as what is made of its rows.
    sql("DELETE FROM %s WHERE id %% 5 = 1".formatted(name));
    List<String> before = spark("SELECT * FROM " + name);

    assertSameRows(name.toString(), Scope.ALL_FILES, AN_HOUR, true);

    assertThat(spark("SELECT * FROM " + name)).isEqualTo(before).hasSize(6 * 50 - 6 * 10 - 3);
    assertThat(spark("SELECT 1 FROM %s.delete_files".formatted(name)))
        .as("delete files that are left")
        .isEmpty();
  }

  /** Many times what the files hold, if it counted for each file. */
  @Test
  void filesThatShareALargeDeleteBecomeOne() throws SQLException {
    TableName name = TableName.parse("dwd.rewritten_shared");
    house.lake().ensure(name, StructType.fromDDL("dt DATE, id BIGINT, text STRING"), Map.of());
    insert(name, 6);
    tag(name);
    Table table = house.lake().load(name);
    Record key = GenericRecord.create(table.schema().select("id"));
    Random random = new Random(20261123);
    Stream<Record> others =
        Stream.generate(() -> key.copy("id", 1_000 + (random.nextLong() >>> 1))).limit(100_000);
    DeleteFile shared =
        new PlainFiles(table, "id")
            .equalityDeletes(
                "dt=" + DAY, Stream.concat(Stream.of(key.copy("id", 3L)), others).toList());
    assertThat(6 * shared.fileSizeInBytes()).isGreaterThan(3 << 20);
    table.newRowDelta().addDeletes(shared).commit();

    assertSameRows(name.toString(), Scope.ALL_FILES, AN_HOUR, true);

    assertThat(files(name.toString())).containsExactly(1L);
    assertThat(spark("SELECT id FROM " + name)).hasSize(6 * 50 - 1);
  }

  @Test
  void rowsAreSorted() throws SQLException {
    TableName name = TableName.parse("dwd.rewritten_sorted");
    house.lake().ensure(name, StructType.fromDDL("dt DATE, id BIGINT, text STRING"), Map.of());
    sql(
        "ALTER TABLE %s WRITE LOCALLY ORDERED BY text DESC"
            .formatted(house.lake().identifier(name)));
    insert(name, 4);
    tag(name);

    assertSameRows(name.toString(), Scope.ALL_FILES, AN_HOUR, true);

    assertThat(
            house.lake().spark().sql("SELECT text FROM %s".formatted(name)).collectAsList().stream()
                .map(row -> row.getString(0)))
        .isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  void rowsAreOrderedBySeveralColumnsAtOnce() throws SQLException {
    TableName name = TableName.parse("dwd.rewritten_curve");
    house.lake().ensure(name, StructType.fromDDL("dt DATE, id BIGINT, text STRING"), Map.of());
    insert(name, 4);
    tag(name);
    List<Long> before = ids(name);

    assertSameRows(name.toString(), null, AN_HOUR, true);

    assertThat(files(name.toString())).allMatch(count -> count == 1);
    assertThat(ids(name)).as("ids in the order of the file").isNotEqualTo(before);
  }

  private List<Long> ids(TableName name) {
    return house.lake().spark().sql("SELECT id FROM " + name).collectAsList().stream()
        .map(row -> row.getLong(0))
        .toList();
  }

  @Test
  void manifestsAreRewritten() throws SQLException {
    int before =
        table("ods." + CHANGES).currentSnapshot().dataManifests(io("ods." + CHANGES)).size();

    assertSameRows("ods." + CHANGES, Scope.MANIFESTS, AN_HOUR, true);

    assertThat(table("ods." + CHANGES).currentSnapshot().dataManifests(io("ods." + CHANGES)))
        .hasSizeLessThan(before);
  }

  private void insert(TableName name, int commits) {
    for (int i = 0; i < commits; i++) {
      sql(
          "INSERT INTO %s SELECT /*+ COALESCE(1) */ DATE'%s', id, sha2(CAST(id AS STRING), 256)"
                  .formatted(name, DAY)
              + " FROM range(%d, %d)".formatted(i * 50, i * 50 + 50));
    }
  }

  /**
   * Compacts one table, and compares what it shows with what it showed before.
   *
   * @param scope what must be rewritten; {@code null} for anything
   * @param later how long after now
   * @param inMain whether the rows of {@code main} itself stay as they are, and not only the view
   */
  private CompactionReport assertSameRows(String name, Scope scope, Duration later, boolean inMain)
      throws SQLException {
    TableName table = TableName.parse(name);
    long head = table(name).currentSnapshot().snapshotId();
    Map<String, List<String>> before = shown(table, head, inMain);
    assertThat(before.values())
        .as("rows before, by version: %s", before.keySet())
        .noneMatch(List::isEmpty);
    Instant now = Instant.now().plus(later).plusSeconds(2);
    Compaction compaction = house.compaction(() -> now, CompactionListener.SILENT);

    CompactionReport report = compaction.run(CompactorMain.only(List.of(table)));

    assertThat(report.outcomes()).as("rewrites of %s", name).isNotEmpty();
    assertThat(report.outcomes())
        .allSatisfy(
            each -> {
              assertThat(each.detail()).isEmpty();
              assertThat(each.groupsDone()).isEqualTo(each.planned().groups().size());
              assertThat(scope == null || each.planned().scope() == scope)
                  .as("%s of %s", each.planned().scope(), name)
                  .isTrue();
            });
    assertThat(table(name).currentSnapshot().snapshotId()).isNotEqualTo(head);
    Map<String, List<String>> after = shown(table, head, inMain);
    before.forEach((version, rows) -> assertThat(after.get(version)).as(version).isEqualTo(rows));
    return report;
  }

  /**
   * Rows by what was asked for them, sorted.
   *
   * @param head the snapshot that was the newest of {@code main}
   */
  private Map<String, List<String>> shown(TableName name, long head, boolean inMain)
      throws SQLException {
    Table table = house.lake().load(name);
    Map<String, List<String>> shown = new LinkedHashMap<>();
    List<String> versions = new ArrayList<>(List.of(Long.toString(head), "'" + TAG + "'"));
    for (Snapshot old : SnapshotUtil.ancestorsOf(head, table::snapshot)) {
      versions.add(Long.toString(old.snapshotId()));
      if (versions.size() == 5) {
        break;
      }
    }
    if (inMain) {
      versions.add("'" + SnapshotRef.MAIN_BRANCH + "'");
    }
    if (rowsOf(table, Lakehouse.OFFLINE) > 0) {
      versions.add("'" + Lakehouse.OFFLINE + "'");
    }
    for (String version : versions) {
      List<String> rows = spark("SELECT * FROM %s VERSION AS OF %s".formatted(name, version));
      shown.put("version " + version, rows);
      if (trinoReads) {
        shown.put(
            "version " + version + " in Trino",
            trino("SELECT * FROM %s FOR VERSION AS OF %s".formatted(name, version)));
        assertThat(shown.get("version " + version + " in Trino")).isEqualTo(rows);
      }
    }
    for (JobSpec job : house.jobs().writerOf(name).stream().toList()) {
      shown.put("job " + job.name(), rendered(house.main(job)));
      if (trinoReads && job.view().isPresent()) {
        shown.put(
            "job " + job.name() + " in Trino",
            trino(house.tables().readSqlInTrino(job, house.lake().identifier(name))));
        assertThat(shown.get("job " + job.name() + " in Trino"))
            .isEqualTo(shown.get("job " + job.name()));
      }
    }
    return shown;
  }

  private static long rowsOf(Table table, String branch) {
    Snapshot head = table.snapshot(branch);
    return head == null ? 0 : Long.parseLong(head.summary().getOrDefault("total-records", "0"));
  }

  private Table table(String name) {
    return house.lake().load(TableName.parse(name));
  }

  private FileIO io(String name) {
    return table(name).io();
  }

  private Iterable<Long> files(String name) {
    return TableFiles.byPartition(table(name)).values();
  }

  private void sql(String text) {
    house.lake().spark().sql(text);
  }

  private List<String> spark(String query) {
    return rendered(house.lake().spark().sql(query));
  }

  private static List<String> rendered(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Rendered::row).sorted().toList();
  }

  private static List<String> trino(String query) throws SQLException {
    return SharedServers.trino().query(CATALOG, query).stream().sorted().toList();
  }
}
