package io.tidemark.tests.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.catalog.TableName;
import io.tidemark.compaction.health.HealthReader;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.health.TableHealth;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the verbs find in tables that Spark wrote, beside SQL over Iceberg's metadata tables. */
@AnyZone
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TableHealthTest {
  private static final LocalDate DAY = LocalDate.of(2026, 1, 15);
  private static final TableName FILES = TableName.parse("dwd.with_files");
  private static final TableName VECTORS = TableName.parse("dwd.with_vectors");
  private static final TableName PUBLISHED = TableName.parse("dwd.e");
  private static final TableName SWEPT = TableName.parse("dwd.swept");
  private static final TableName PLANNED = TableName.parse("dwd.planned");
  private static final int SMALL_FILES = 6;

  @TempDir private static Path home;
  private LocalLakehouse house;

  @BeforeAll
  void writeTables() {
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
    write("jobs/e.sql", "SELECT id, source.* FROM input\n");
    write("jobs/dwd.yml", "job: dwd_e\ninput: ods.e\nsql: e.sql\noutput: dwd.e\n");
    write("jobs/planned.yml", "job: dwd_planned\ninput: ods.e\nsql: e.sql\noutput: dwd.planned\n");
    write("compaction/files.yml", "table: dwd.with_files\ntarget-file-size: 1 MiB\n");
    write("compaction/gone.yml", "table: dwd.with_file\n");
    house = LocalLakehouse.open(home.resolve("conf"), "local");
    house.createTables();
    writeWithDeletes(FILES, "2");
    writeWithDeletes(VECTORS, "3");
    writeWithDeletes(SWEPT, "2");
  }

  /** Seven commits of two days, of which deletes take rows out. */
  private void writeWithDeletes(TableName name, String format) {
    house
        .lake()
        .ensure(
            name,
            StructType.fromDDL("dt DATE, id BIGINT, text STRING"),
            Map.of("format-version", format, "write.delete.mode", "merge-on-read"));
    String table = house.lake().identifier(name);
    for (int i = 0; i < 6; i++) {
      sql(
          "INSERT INTO %s SELECT /*+ COALESCE(1) */ DATE'%s' + CAST(id %% 2 AS INT), id, sha2(CAST(id AS STRING), 256)"
                  .formatted(table, DAY)
              + " FROM range(%d, %d)".formatted(i * 2000, i * 2000 + 500 * (i + 1)));
    }
    sql("DELETE FROM %s WHERE id %% 5 = 1 AND dt = DATE'%s'".formatted(table, DAY));
    sql("DELETE FROM %s WHERE id %% 7 = 1".formatted(table));
    sql("DELETE FROM %s WHERE id < 0".formatted(table));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dwd.with_files", "dwd.with_vectors"})
  void healthIsWhatTheMetadataTablesSay(String name) {
    TableName table = TableName.parse(name);
    CompactionPolicy policy = CompactionPolicy.defaultFor(table);

    TableHealth health = HealthReader.read(house.lake().load(table), "main", policy);

    List<Row> expected =
        sql(
            """
            SELECT CAST(partition.dt AS STRING),
              count_if(content = 0), sum(IF(content = 0, file_size_in_bytes, 0)),
              sum(IF(content = 0, record_count, 0)),
              count_if(content = 0 AND file_size_in_bytes < %d),
              count_if(content = 1 AND file_format != 'PUFFIN'),
              sum(IF(content = 1 AND file_format != 'PUFFIN', record_count, 0)),
              count_if(file_format = 'PUFFIN'),
              sum(IF(file_format = 'PUFFIN', record_count, 0)),
              sum(IF(content = 0, 0, coalesce(content_size_in_bytes, file_size_in_bytes))),
              percentile_disc(0.5) WITHIN GROUP (ORDER BY IF(content = 0, file_size_in_bytes, NULL))
            FROM %s.files GROUP BY 1 ORDER BY 1
            """
                .formatted(policy.smallBytes(), house.lake().identifier(table)));
    assertThat(health.partitions()).hasSameSizeAs(expected).hasSize(2);
    for (int i = 0; i < expected.size(); i++) {
      PartitionHealth partition = health.partitions().get(i);
      Row row = expected.get(i);
      assertThat(partition.day()).hasToString(row.getString(0));
      assertThat(
              List.of(
                  partition.data().files(),
                  partition.data().bytes(),
                  partition.data().records(),
                  partition.data().smallFiles(),
                  partition.deletes().positionFiles(),
                  partition.deletes().positionRows(),
                  partition.deletes().vectors(),
                  partition.deletes().vectorRows(),
                  partition.deletes().bytes()))
          .isEqualTo(
              List.of(
                  row.getLong(1),
                  row.getLong(2),
                  row.getLong(3),
                  row.getLong(4),
                  row.getLong(5),
                  row.getLong(6),
                  row.getLong(7),
                  row.getLong(8),
                  row.getLong(9)));
      double median = ((Number) row.get(10)).doubleValue();
      assertThat((double) partition.data().medianBytes()).isCloseTo(median, within(median * 0.1));
      assertThat(partition.deletes().rows()).isPositive();
      assertThat(partition.deletes().vectors() > 0).isEqualTo(table.equals(VECTORS));
    }
    Row manifests =
        sql("SELECT count_if(content = 0), count_if(content = 1), sum(length) FROM %s.manifests"
                .formatted(house.lake().identifier(table)))
            .get(0);
    assertThat(health.manifests().data()).isEqualTo(manifests.getLong(0));
    assertThat(health.manifests().deletes()).isEqualTo(manifests.getLong(1));
    assertThat(health.manifests().bytes()).isEqualTo(manifests.getLong(2));
    long snapshots =
        sql("SELECT count(*) FROM %s.snapshots".formatted(house.lake().identifier(table)))
            .get(0)
            .getLong(0);
    assertThat(health.snapshots().count()).isEqualTo(snapshots);
    assertThat(health.deleting()).isTrue();
  }

  @Test
  void overlapIsInHowManyFilesAValueIsFoundOnAverage() {
    TableName name = TableName.parse("dwd.in_order");
    house.lake().ensure(name, StructType.fromDDL("dt DATE, id BIGINT"), Map.of());
    String table = house.lake().identifier(name);
    sql("ALTER TABLE %s WRITE LOCALLY ORDERED BY id".formatted(table));
    for (int i = 0; i < 5; i++) {
      sql(
          "INSERT INTO %s SELECT /*+ COALESCE(1) */ DATE'%s', id FROM range(%d, %d)"
              .formatted(table, DAY, i * 1000, i * 3000 + 4000));
    }
    double expected =
        sql("""
                SELECT count(*) / count(DISTINCT v.id) FROM range(0, 16000) v JOIN %s.files f
                ON v.id BETWEEN f.readable_metrics.id.lower_bound AND f.readable_metrics.id.upper_bound
                """
                .formatted(table))
            .get(0)
            .getDouble(0);

    TableHealth health =
        HealthReader.read(house.lake().load(name), "main", CompactionPolicy.defaultFor(name));

    assertThat(expected).isBetween(2.0, 4.0);
    assertThat(health.partitions().get(0).overlap()).isCloseTo(expected, within(0.01));
    assertThat(
            HealthReader.read(house.lake().load(FILES), "main", CompactionPolicy.defaultFor(FILES))
                .partitions()
                .get(0)
                .overlap())
        .isNull();
  }

  @Test
  void healthIsPrintedForPeopleAndForPrograms() {
    Said text = run(ExitCodes.OK, "health", "dwd.with_files");
    assertThat(text.out())
        .containsPattern("dwd\\.with_files +2 +2 +12 ")
        .contains("dt=2026-01-15", "due: 6 small files (due from 5); ")
        .contains("not listed");
    assertThat(text.err()).contains("note: dwd.with_file has a policy, and does not exist");

    JsonNode table = json(run(ExitCodes.OK, "health", "dwd.with_files", "--json")).at("/tables/0");
    assertThat(table.get("table").asText()).isEqualTo("dwd.with_files");
    assertThat(table.get("target_file_size").asLong()).isEqualTo(1 << 20);
    assertThat(table.get("data_files").asLong()).isEqualTo(12);
    assertThat(table.get("orphan_files").isNull()).isTrue();
    assertThat(table.get("shown_partitions")).hasSize(2);
    assertThat(table.at("/shown_partitions/0/due/0/kind").asText()).isEqualTo("small_files");
    assertThat(table.at("/trend")).hasSizeGreaterThan(5);
  }

  @Test
  void allTablesOfTheCatalogAreShownWithoutTheirPartitions() {
    assertThat(run(ExitCodes.OK, "health").out())
        .contains("dwd.with_files", "dwd.with_vectors", "ods.e")
        .doesNotContain("dt=2026-01-15");
    assertThat(run(ExitCodes.OK, "health", "--branch", "offline", "--partitions", "1").out())
        .contains("dwd.with_vectors");
  }

  @Test
  void whatIsNotThereIsRefused() {
    assertThat(run(ExitCodes.REFUSED, "health", "dwd.with_fils").err())
        .contains("Table dwd.with_fils does not exist; did you mean 'dwd.with_files'?");
    assertThat(run(ExitCodes.REFUSED, "health", "dwd.with_files", "--branch", "ofline").err())
        .contains("table dwd.with_files has no branch 'ofline'; it has: main, offline");
    assertThat(run(ExitCodes.REFUSED, "due", "--budget", "10 parsecs").err())
        .contains("'10 parsecs' is no time; write it as 30s, 10min or 2h");
    assertThat(run(ExitCodes.REFUSED).err()).contains("Missing required parameter: 'ACTION'");
  }

  @Test
  void orphansAreCountedWhenTheyAreOldAndLeftWhereTheyAre() throws IOException {
    Path data = Path.of(URI.create(location(SWEPT) + "/data"));
    Path old = Files.writeString(data.resolve("old.parquet"), "x");
    Path young = Files.writeString(data.resolve("young.parquet"), "x");
    Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));

    JsonNode table =
        json(run(ExitCodes.OK, "health", "dwd.swept", "--orphans", "--json")).at("/tables/0");

    assertThat(table.get("orphan_files").asLong()).isEqualTo(1);
    assertThat(old).exists();
    assertThat(young).exists();
  }

  @Test
  void whatWasJustWrittenIsHot() {
    JsonNode plan = json(run(ExitCodes.OK, "due", "dwd.with_files", "--json"));

    assertThat(plan.get("rewrites")).isEmpty();
    assertThat(whys(plan)).containsExactly("dt=2026-01-15 hot", "dt=2026-01-16 hot");
    assertThat(run(ExitCodes.OK, "due", "dwd.with_files", "--budget", "10min").out())
        .contains("last written", "Left alone: 0 not due, 2 hot, 0 leased, 0 beyond the budget");
  }

  @Test
  void aSealedDayIsLeased() {
    Table table = house.lake().load(PUBLISHED);
    AppendFiles append = table.newAppend();
    for (int i = 0; i < 16; i++) {
      append.appendFile(
          DataFiles.builder(table.spec())
              .withPath(table.location() + "/data/" + i + ".parquet")
              .withPartitionPath("dt=" + DAY.plusDays(i % 2 == 0 ? 0 : 3))
              .withFileSizeInBytes(100)
              .withRecordCount(1)
              .build());
    }
    append.commit();
    house.seal(DAY, DAY);

    JsonNode plan = json(run(ExitCodes.OK, "due", "dwd.e", "--json"));

    assertThat(whys(plan)).containsExactly("dt=2026-01-15 leased", "dt=2026-01-18 hot");
    assertThat(whys(json(run(ExitCodes.OK, "due", "dwd.e", "--day", "2026-01-18", "--json"))))
        .containsExactly("dt=2026-01-18 hot");
  }

  @Test
  void whatIsDueIsPlannedBesideDaysThatAreHotOrLeased() {
    Table table = house.lake().load(PLANNED);
    table.updateProperties().set("write.distribution-mode", "none").commit();
    insert(table, DAY);
    insert(table, DAY.plusDays(1));
    setBack(table, Duration.ofHours(2));
    insert(table, DAY.plusDays(2));
    house.seal(DAY, DAY);

    JsonNode plan = json(run(ExitCodes.OK, "due", "dwd.planned", "--json"));

    assertThat(plan.get("rewrites")).hasSize(1);
    JsonNode rewrite = plan.at("/rewrites/0");
    assertThat(rewrite.get("partition").asText()).isEqualTo("dt=2026-01-16");
    assertThat(rewrite.get("scope").asText()).isEqualTo("small_files");
    assertThat(rewrite.get("files").asLong()).isEqualTo(SMALL_FILES);
    assertThat(whys(plan)).containsExactly("dt=2026-01-15 leased", "dt=2026-01-17 hot");
    assertThat(run(ExitCodes.OK, "due", "dwd.planned").out())
        .containsPattern("dwd\\.planned +dt=2026-01-16 +small files +%d ".formatted(SMALL_FILES))
        .contains("due: 1 rewrites of %d files".formatted(SMALL_FILES))
        .contains("Left alone: 0 not due, 1 hot, 1 leased, 0 beyond the budget");

    assertSealedMeanwhile(table, DAY.plusDays(1));
  }

  /** The day is sealed behind the plan, when its group has begun. */
  private void assertSealedMeanwhile(Table table, LocalDate day) {
    table.refresh();
    long head = table.currentSnapshot().snapshotId();
    CompactionListener sealing =
        (name, step, what) -> {
          if (step == Step.GROUP_STARTED) {
            house.seal(day, day);
          }
        };

    CompactionReport report =
        house
            .compaction(InstantSource.system(), sealing)
            .run(new Compaction.Order(List.of(PLANNED), Wish.UNLIMITED, null, 2));

    assertThat(report.outcomes())
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.groupsConflicted()).isEqualTo(1);
              assertThat(outcome.detail())
                  .isEqualTo("day %s was sealed meanwhile, and is left alone".formatted(day));
            });
    table.refresh();
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(head);
  }

  /** Small files of a day, in one commit. */
  private void insert(Table table, LocalDate day) {
    String values =
        table.schema().columns().stream()
            .map(
                column ->
                    switch (column.name()) {
                      case "id" -> "id";
                      case "dt" -> "DATE'%s'".formatted(day);
                      default -> "NULL";
                    })
            .collect(Collectors.joining(", "));
    sql(
        "INSERT INTO %s SELECT /*+ REPARTITION(%d) */ %s FROM range(100)"
            .formatted(house.lake().identifier(PLANNED), SMALL_FILES, values));
  }

  /** As if everything had been committed earlier. */
  private static void setBack(Table table, Duration by) {
    table.refresh();
    TableOperations operations = ((HasTableOperations) table).operations();
    TableMetadata now = operations.current();
    JsonNode earlier = json(TableMetadataParser.toJson(now));
    Stream.of("snapshots", "snapshot-log")
        .flatMap(list -> StreamSupport.stream(earlier.get(list).spliterator(), false))
        .forEach(
            each -> {
              long at = each.get("timestamp-ms").asLong();
              ((ObjectNode) each).put("timestamp-ms", at - by.toMillis());
            });
    operations.commit(now, TableMetadataParser.fromJson(earlier.toString()));
  }

  @Test
  void aTableThatCannotBeReadIsToldOfAndTheOthersAreShown() throws IOException {
    TableName broken = TableName.parse("dwd.broken");
    Table table = house.lake().ensure(broken, StructType.fromDDL("dt DATE, id BIGINT"), Map.of());
    Path metadata = Path.of(URI.create(table.location() + "/metadata"));
    Path away = metadata.resolveSibling("away");
    Files.move(metadata, away);
    try {
      for (String verb : List.of("health", "due")) {
        Said said = run(ExitCodes.FAILURE, verb);
        assertThat(said.err()).contains("dwd.broken cannot be read: ");
        assertThat(said.out()).contains("dwd.with_vectors").doesNotContain("dwd.broken");
      }
    } finally {
      Files.move(away, metadata);
    }
    assertThat(run(ExitCodes.OK, "health").out()).contains("dwd.broken");
  }

  @Test
  void aTableWhoseNameIsNotTidemarksIsToldOf() {
    sql(
        "CREATE TABLE %s (id BIGINT) USING iceberg"
            .formatted(house.lake().identifier(FILES).replace("with_files", "OfOthers")));

    Said all = run(ExitCodes.OK, "health");
    assertThat(all.err()).contains("note: dwd.OfOthers is left out: ");
    assertThat(all.out()).contains("dwd.with_files").doesNotContain("OfOthers");
    assertThat(run(ExitCodes.OK, "health", "dwd.with_files").err()).doesNotContain("OfOthers");
    assertThat(run(ExitCodes.REFUSED, "due", "dwd.OfOthers").err())
        .contains("Table dwd.OfOthers is left out: ");
  }

  private static List<String> whys(JsonNode plan) {
    List<String> whys = new ArrayList<>();
    plan.get("left_alone")
        .forEach(left -> whys.add(left.get("partition").asText() + " " + left.get("why").asText()));
    return whys;
  }

  private String location(TableName table) {
    return house.lake().load(table).location();
  }

  private List<Row> sql(String text) {
    return house.lake().spark().sql(text).collectAsList();
  }

  private void write(String file, String text) {
    Path path = home.resolve("conf").resolve(file);
    try {
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Said(String out, String err) {}

  private Said run(int exitCode, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    Stream<String> conf =
        arguments.length == 0 ? Stream.of() : Stream.of("--conf", home.resolve("conf").toString());
    String[] all =
        Stream.of(Stream.of("tables"), Stream.of(arguments), conf)
            .flatMap(words -> words)
            .toArray(String[]::new);
    assertThat(line.execute(all)).as(out + "\n" + err).isEqualTo(exitCode);
    return new Said(out.toString(), err.toString());
  }

  private static JsonNode json(Said said) {
    return json(said.out());
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(text, e);
    }
  }
}
