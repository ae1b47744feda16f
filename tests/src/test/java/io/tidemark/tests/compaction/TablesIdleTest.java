package io.tidemark.tests.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.compaction.idle.IdleTables;
import io.tidemark.compaction.idle.TableUse;
import io.tidemark.compaction.retain.CatalogTables;
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
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is told of tables' use, of a storage that keeps access times. */
@AnyZone
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TablesIdleTest {
  private static final TableName ODS = TableName.parse("ods.e");
  private static final TableName DWD = TableName.parse("dwd.e");

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
        owner: collectors
        columns: { id: bigint, at: { type: timestamp, format: epoch-millis, required: true } }
        event-time: { column: at }
        output: ods.e
        """);
    write("jobs/e.sql", "SELECT id, source.* FROM input\n");
    write("jobs/dwd.yml", "job: dwd_e\ninput: ods.e\nsql: e.sql\noutput: dwd.e\n");
    house = LocalLakehouse.open(home.resolve("conf"), "local");
    house.createTables();
  }

  @Test
  void whoHasReadIsKnownWhereTheStorageKeepsIt() {
    TableName read = filled("dwd.read");
    TableName unread = filled("dwd.unread");
    Instant written = written(read);
    files(read).forEach(file -> accessed(file, written.plus(5, ChronoUnit.DAYS)));
    files(unread).forEach(file -> accessed(file, modified(file)));

    assertThat(idle(read, written.plus(4, ChronoUnit.DAYS))).isEmpty();
    assertThat(idle(read, written.plus(6, ChronoUnit.DAYS)))
        .hasValueSatisfying(
            use -> {
              assertThat(use.readsKnown()).isTrue();
              assertThat(use.lastRead().at().truncatedTo(ChronoUnit.SECONDS))
                  .isEqualTo(written.plus(5, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS));
              assertThat(use.lastRead().by()).isEqualTo("access times of 1 of 1 data files");
              assertThat(use.lastWrite()).isEqualTo(written);
              assertThat(use.files()).isEqualTo(1);
              assertThat(use.bytes()).isEqualTo(size(files(read).get(0)));
            });
    assertThat(idle(unread, written(unread).plus(1, ChronoUnit.DAYS)))
        .hasValueSatisfying(
            use -> {
              assertThat(use.readsKnown()).isFalse();
              assertThat(use.lastRead()).isNull();
            });
  }

  @Test
  void whatADeclaredJobHasReadCountsAsItsRead() {
    Table output = house.lake().load(DWD);
    Marker first = Commits.takeOver(output, "dwd_e", Marker.IN_TABLE);
    Commits.append(
        StagedFiles.none(output),
        new Marker("dwd_e", Marker.IN_TABLE, first.epoch(), 0, "17", Map.of()),
        DayRanges.EMPTY,
        Map.of());
    Instant at = written(DWD);

    assertThat(idle(ODS, at)).isEmpty();
    assertThat(idle(ODS, at.plusSeconds(1)))
        .hasValueSatisfying(
            use -> {
              assertThat(use.lastRead().by()).isEqualTo("job dwd_e");
              assertThat(use.lastRead().at()).isEqualTo(at);
              assertThat(use.readers()).containsExactly("dwd_e");
              assertThat(use.owner()).isEqualTo("collectors");
              assertThat(use.lastWrite()).isNull();
            });
  }

  @Test
  void theVerbListsWhatIsIdleAndRefusesNoTime() {
    assertThat(run(ExitCodes.OK, "--days", "1")).contains("idle: 0 tables, 0 B; of 0 more");
    JsonNode json = json(run(ExitCodes.OK, "--days", "1", "--json"));
    assertThat(json.get("days").asInt()).isEqualTo(1);
    assertThat(json.get("tables")).isEmpty();
    assertThat(run(ExitCodes.REFUSED, "--days", "0"))
        .contains("--days 0 is no time; write 1 or more");
    assertThat(run(ExitCodes.REFUSED)).contains("Missing required option: '--days=N'");
  }

  private TableName filled(String text) {
    TableName name = TableName.parse(text);
    house.lake().ensure(name, StructType.fromDDL("dt DATE, id BIGINT"), Map.of());
    house
        .lake()
        .spark()
        .sql(
            "INSERT INTO %s SELECT /*+ COALESCE(1) */ DATE'2026-01-15', id FROM range(100)"
                .formatted(house.lake().identifier(name)));
    return name;
  }

  private Optional<TableUse> idle(TableName name, Instant since) {
    return new IdleTables(
            house.jobs(),
            CatalogTables.load(house.lake()).tables(),
            house.lake().spark().sparkContext().hadoopConfiguration())
        .since(since).stream().filter(use -> use.table().equals(name.toString())).findFirst();
  }

  private Instant written(TableName name) {
    return Instant.ofEpochMilli(house.lake().load(name).currentSnapshot().timestampMillis());
  }

  private List<Path> files(TableName name) {
    try (CloseableIterable<FileScanTask> tasks = house.lake().load(name).newScan().planFiles()) {
      Stream.Builder<Path> files = Stream.builder();
      tasks.forEach(task -> files.add(path(task.file().location())));
      return files.build().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path path(String file) {
    return file.startsWith("/") ? Path.of(file) : Path.of(URI.create(file));
  }

  private static void accessed(Path file, Instant at) {
    try {
      Files.setAttribute(file, "lastAccessTime", FileTime.from(at));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Instant modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant().minus(Duration.ofSeconds(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  private String run(int exitCode, String... arguments) {
    String[] all =
        Stream.concat(Stream.of("tables", "idle"), Stream.of(arguments)).toArray(String[]::new);
    return VerbAnswer.of(home.resolve("conf"), all).with(exitCode).said();
  }

  private static JsonNode json(String said) {
    try {
      return new ObjectMapper().readTree(said);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(said, e);
    }
  }
}
