package io.tidemark.tests.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ByteSizes;
import io.tidemark.compaction.plan.LeftAlone;
import io.tidemark.compaction.plan.LeftAlone.Why;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.retain.TableVacuum;
import io.tidemark.compaction.retain.Vacuum;
import io.tidemark.compaction.retain.VacuumListener;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.run.RewriteOutcome;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.CompactionPolicy.Cold;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.io.LocalInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Old partitions move to another location and codec, and the table stays one table. */
@AnyZone
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ColdDataTest {
  private static final LocalDate OLD = LocalDate.of(2026, 1, 15);

  /** Never cold. */
  private static final LocalDate YOUNG = LocalDate.of(2099, 1, 1);

  /** Everything that was written in a test is older than this by then. */
  private static final Duration LATER = Duration.ofDays(400);

  private static final long KIB = 1 << 10;
  private static final String COMPRESSION = "write.parquet.compression-codec";

  @TempDir private static Path home;
  private LocalLakehouse house;

  @BeforeAll
  void open() throws IOException {
    write(
        "env/local.yml",
        """
        time-zone: UTC
        catalog: { type: embedded, warehouse: "%s" }
        checkpoints: "%s"
        kafka: { bootstrap-servers: "localhost:1" }
        spark: { spark.master: "local[2]", spark.ui.enabled: false, spark.sql.shuffle.partitions: 2 }
        """
            .formatted(home.resolve("warehouse"), home.resolve("checkpoints")));
    write(
        "jobs/ods.yml",
        """
        job: ods_e
        topic: e
        columns: { id: bigint, at: { type: timestamp, format: epoch-millis, required: true } }
        event-time: { column: at }
        output: ods.e
        """);
    house = LocalLakehouse.open(home.resolve("conf"), "local");
  }

  @Test
  void anOldDayMovesAndAllRowsAreReadAsBefore() {
    TableName name = written("dwd.moved", "2");
    List<Row> main = rows(name, "");
    List<Row> offline = rows(name, " VERSION AS OF 'offline'");
    long before = house.lake().load(name).currentSnapshot().snapshotId();
    List<String> warm = files(name, OLD);
    List<String> young = files(name, YOUNG);

    CompactionReport report = compact(name);

    assertThat(report.outcomes())
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.planned().scope()).isEqualTo(Scope.COLD);
              assertThat(outcome.groupsDone()).isPositive();
              assertThat(outcome.failed()).as(outcome.detail()).isFalse();
              assertThat(outcome.filesRemoved()).isEqualTo(warm.size());
              assertThat(outcome.bytesWritten()).isLessThan(outcome.bytesRead());
            });
    assertThat(files(name, OLD)).isNotEmpty().allMatch(file -> file.contains(folder(name)));
    assertThat(files(name, YOUNG)).isEqualTo(young);
    files(name, OLD).forEach(ColdDataTest::assertFooter);
    assertThat(rows(name, "")).isEqualTo(main);
    assertThat(rows(name, " VERSION AS OF " + before)).isEqualTo(main);
    assertThat(rows(name, " VERSION AS OF 'offline'")).isEqualTo(offline);
    Table table = house.lake().load(name);
    assertThat(table.properties())
        .containsEntry("tidemark.cold-location", folder(name))
        .containsEntry(COMPRESSION, "uncompressed")
        .doesNotContainKeys("write.data.path", "write.parquet.row-group-size-bytes");
  }

  @Test
  void healthShowsWhatIsCold() throws IOException {
    TableName name = written("dwd.seen", "2");
    compact(name);
    write(
        "compaction/seen.yml",
        "table: dwd.seen\ncold: { after: 90 days, location: %s }\n"
            .formatted(home.resolve("cold")));
    long bytes = 0;
    for (String file : files(name, OLD)) {
      bytes += Files.size(path(file));
    }

    JsonNode table = new ObjectMapper().readTree(health(name, "--json")).at("/tables/0");

    assertThat(table.get("cold_bytes").asLong()).isEqualTo(bytes);
    assertThat(table.at("/shown_partitions"))
        .hasSize(2)
        .allSatisfy(
            partition -> {
              boolean old = partition.get("dt").asText().equals(OLD.toString());
              assertThat(partition.get("warm_files").asLong()).isEqualTo(old ? 0 : 1);
            });
    assertThat(health(name)).contains("  cold  ").contains(ByteSizes.shown(bytes));
  }

  private static void write(String file, String text) throws IOException {
    Path path = home.resolve("conf").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private String health(TableName name, String... options) {
    String[] all =
        Stream.concat(Stream.of("tables", "health", name.toString()), Stream.of(options))
            .toArray(String[]::new);
    return VerbAnswer.of(home.resolve("conf"), all).with(ExitCodes.OK).said();
  }

  @Test
  void whatIsAtItsPlaceStaysAndWhatComesLaterFollows() {
    TableName name = written("dwd.again", "3");
    compact(name);
    List<String> cold = files(name, OLD);

    assertThat(compaction(name, cold(home.resolve("cold").toString())).plan(order(name)))
        .satisfies(
            plan -> {
              assertThat(plan.rewrites()).isEmpty();
              assertThat(plan.leftAlone()).extracting(LeftAlone::why).containsOnly(Why.NOT_DUE);
            });
    insert(name, OLD, 90_000, 100);
    assertThat(files(name, OLD)).anyMatch(file -> !file.contains(folder(name)));
    List<Row> main = rows(name, "");

    List<RewriteOutcome> outcomes = compact(name).outcomes();

    assertThat(outcomes).singleElement().extracting(RewriteOutcome::filesRemoved).isEqualTo(1L);
    assertThat(files(name, OLD))
        .hasSize(cold.size() + 1)
        .containsAll(cold)
        .allMatch(file -> file.contains(folder(name)));
    assertThat(rows(name, "")).isEqualTo(main);
  }

  @Test
  void vacuumKeepsColdFilesAndTakesTheirOrphansAndWhatIsWarmNoMore() throws IOException {
    TableName name = written("dwd.swept", "2");
    sql("DELETE FROM %s.branch_offline".formatted(house.lake().identifier(name)));
    List<String> warm = files(name, OLD);
    compact(name);
    compact(written("dwd.swept_too", "2"));
    List<Row> main = rows(name, "");
    Path old = file(folder(name) + "/dt=2026-01-15/old.parquet");
    Path young = file(folder(name) + "/dt=2026-01-15/young.parquet");
    Files.setLastModifiedTime(young, FileTime.from(later(name).minus(Duration.ofDays(2))));
    Path ofOther = file(folder(TableName.parse("dwd.swept_too")) + "/old.parquet");
    Path ofNobody = file(home.resolve("cold/dwd/swept/another/old.parquet").toString());

    TableVacuum done = vacuum(name);

    assertThat(done.refusals()).isEmpty();
    assertThat(done.failures()).isEmpty();
    assertThat(done.orphans()).isEqualTo(1);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(ofOther).exists();
    assertThat(ofNobody).exists();
    assertThat(warm).noneMatch(file -> Files.exists(path(file)));
    assertThat(files(name, OLD)).allMatch(file -> Files.exists(path(file)));
    assertThat(rows(name, "")).isEqualTo(main);
  }

  @Test
  void aVacuumThatComesBetweenTheRecordAndTheFirstFileFindsNothingThere() {
    TableName name = written("dwd.begun", "2");
    house
        .lake()
        .load(name)
        .updateProperties()
        .set("tidemark.cold-location", home.resolve("cold/nothing/yet").toString())
        .commit();

    TableVacuum done = vacuum(name);

    assertThat(done.refusals()).isEmpty();
    assertThat(done.failures()).isEmpty();
  }

  @Test
  void aLocationThatCannotBeReachedFailsItsMoveAlone() {
    TableName name = written("dwd.stays", "2");
    List<String> warm = files(name, OLD);

    CompactionReport report = compaction(name, cold("nosuch://bucket/cold")).run(order(name));

    assertThat(report.failed()).isTrue();
    assertThat(report.outcomes())
        .extracting(RewriteOutcome::detail)
        .singleElement()
        .asString()
        .contains("cold.location 'nosuch://bucket/cold' cannot be reached", "leave the section");
    assertThat(files(name, OLD)).isEqualTo(warm);
    assertThat(house.lake().load(name).properties()).doesNotContainKey("tidemark.cold-location");
  }

  /** Two days on main, of which the old one has deletes, and the old one on offline. */
  private TableName written(String text, String format) {
    TableName name = TableName.parse(text);
    house
        .lake()
        .ensure(
            name,
            StructType.fromDDL("dt DATE, id BIGINT, text STRING"),
            Map.of(
                "format-version",
                format,
                "write.delete.mode",
                "merge-on-read",
                COMPRESSION,
                "uncompressed"));
    insert(name, OLD, 0, 8000);
    insert(name, OLD, 8000, 8000);
    insert(name, YOUNG, 0, 1000);
    sql(
        "DELETE FROM %s WHERE dt = DATE'%s' AND id %% 7 = 1"
            .formatted(house.lake().identifier(name), OLD));
    sql(
        "INSERT INTO %s.branch_offline SELECT DATE'%s', id, 'offline' FROM range(500)"
            .formatted(house.lake().identifier(name), OLD));
    return name;
  }

  private void insert(TableName name, LocalDate day, long from, long rows) {
    sql(
        "INSERT INTO %s SELECT /*+ COALESCE(1) */ DATE'%s', id, sha2(CAST(id AS STRING), 256) FROM range(%d, %d)"
            .formatted(house.lake().identifier(name), day, from, from + rows));
  }

  private Cold cold(String location) {
    return new Cold(Duration.ofDays(90), location, 19, 64 * KIB, 2048 * KIB);
  }

  private CompactionReport compact(TableName name) {
    return compaction(name, cold(home.resolve("cold").toString())).run(order(name));
  }

  private Compaction compaction(TableName name, Cold cold) {
    CompactionPolicy usual = CompactionPolicy.defaultFor(name);
    CompactionPolicy policy =
        new CompactionPolicy(
            name,
            512 * KIB,
            usual.smallFile(),
            usual.groupSize(),
            usual.due(),
            usual.hot(),
            usual.budget(),
            usual.rate(),
            usual.lease(),
            usual.zOrder(),
            usual.maintenance(),
            cold);
    Instant later = later(name);
    return new Compaction(
        house.lake(),
        house.jobs(),
        house.tables(),
        new Policies(List.of(policy)),
        () -> later,
        CompactionListener.SILENT);
  }

  private static Compaction.Order order(TableName name) {
    return new Compaction.Order(List.of(name), Wish.UNLIMITED, OLD, 2);
  }

  private TableVacuum vacuum(TableName name) {
    Vacuum.Settings settings =
        new Vacuum.Settings(later(name), Duration.ofDays(5), Duration.ofDays(3));
    return new Vacuum(
            house.lake(), house.jobs(), new Policies(List.of()), settings, VacuumListener.SILENT)
        .run(List.of(name.toString()))
        .get(0);
  }

  private Instant later(TableName name) {
    return Instant.ofEpochMilli(house.lake().load(name).currentSnapshot().timestampMillis())
        .plus(LATER);
  }

  private String folder(TableName name) {
    return "%s/%s/%s/%s"
        .formatted(home.resolve("cold"), name.layer(), name.name(), house.lake().load(name).uuid());
  }

  private List<String> files(TableName name, LocalDate day) {
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = house.lake().load(name).newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        if (task.partition().get(0, Integer.class) == day.toEpochDay()) {
          files.add(task.file().location());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream().sorted().toList();
  }

  private static void assertFooter(String file) {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path(file)))) {
      List<BlockMetaData> groups = reader.getRowGroups();
      assertThat(groups).hasSizeGreaterThan(2);
      assertThat(groups)
          .allMatch(group -> group.getTotalByteSize() < 256 * KIB)
          .flatExtracting(BlockMetaData::getColumns)
          .allMatch(column -> column.getCodec().name().equals("ZSTD"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path path(String file) {
    return file.startsWith("/") ? Path.of(file) : Path.of(URI.create(file));
  }

  /** A file that is older than everything else. */
  private static Path file(String location) throws IOException {
    Path path = path(location);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "x");
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    return path;
  }

  private List<Row> rows(TableName name, String version) {
    return sql(
        "SELECT dt, id, text FROM %s%s ORDER BY dt, id"
            .formatted(house.lake().identifier(name), version));
  }

  private List<Row> sql(String text) {
    return house.lake().spark().sql(text).collectAsList();
  }
}
