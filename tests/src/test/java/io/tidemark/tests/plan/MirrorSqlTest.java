package io.tidemark.tests.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.Environment;
import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.StreamSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.plan.MirrorSql;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.MirrorSpec.Delete;
import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.PayloadSpec.Decimals;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import io.tidemark.jobs.spec.ReadLimit;
import io.tidemark.jobs.spec.Start;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The three texts of a mirror, on frames and without a table: changes in any order, cut anywhere
 * and sent twice, are read as the batch has them and as a plain walk from the newest change shows
 * them.
 */
@AnyZone
class MirrorSqlTest {
  private static final long SEED = Seed.of("mirror");
  private static final int KEYS = 400;
  private static final int PIECES = 3;

  private static final StructType SCHEMA =
      StructType.fromDDL(
          "id BIGINT, name STRING, note STRING, event_time TIMESTAMP, change_op STRING,"
              + " log_segment BIGINT, log_offset BIGINT, log_row BIGINT, change_number INT,"
              + " unchanged_columns STRING, dt DATE, kafka_topic STRING, kafka_partition INT,"
              + " kafka_offset BIGINT, kafka_time TIMESTAMP, ingest_batch BIGINT");

  @TempDir private static Path folder;
  private static SparkSession spark;

  /** A change of a row; of an update {@code null} is what it did not carry. */
  private record Change(
      long id, String operation, long at, String name, String note, String noteCalled) {
    Change(long id, String operation, long at, String name, String note) {
      this(id, operation, at, name, note, "note");
    }

    boolean isDelete() {
      return operation.equals("delete");
    }

    boolean leavesOpen(String value) {
      return operation.equals("update") && value == null;
    }

    String unchanged() {
      List<String> columns = new ArrayList<>();
      columns.addAll(leavesOpen(name) ? List.of("name") : List.of());
      columns.addAll(leavesOpen(note) ? List.of(noteCalled) : List.of());
      return columns.isEmpty() ? null : String.join(",", columns);
    }

    Row row() {
      return RowFactory.create(
          id, name, note, null, operation, 0L, at, 0L, 0, unchanged(), null, "t", 0, at, null, 0L);
    }
  }

  @BeforeAll
  static void openSession() {
    spark =
        Lakehouse.open(
                new Environment(
                    "test",
                    ZoneId.systemDefault(),
                    CatalogSettings.embedded("tidemark", folder.resolve("warehouse").toString()),
                    folder.resolve("checkpoints"),
                    new KafkaSettings("none:1", false, null, Map.of()),
                    new StreamSettings(Duration.ofSeconds(1), 1000, 1000),
                    Map.of(
                        "spark.master", "local[2]",
                        "spark.ui.enabled", "false",
                        "spark.sql.shuffle.partitions", "1")))
            .spark();
  }

  @ParameterizedTest
  @EnumSource(Delete.class)
  void aRowThatBeginsAnewHasNothingOfTheOneBefore(Delete delete) {
    List<Change> moved =
        List.of(
            new Change(2, "insert", 1, "b", "n2"),
            new Change(2, "delete", 2, "b", "n2"),
            new Change(2, "update", 3, "g", null));

    assertThat(everyWay(delete, moved)).containsExactly("2 g null false");
    assertThat(everyWay(delete, moved.subList(1, 3))).containsExactly("2 g null false");
  }

  @Test
  void aSoftDeleteShowsTheRowThatItEndedAlsoWhenItIsReplayed() {
    List<Change> replayed =
        List.of(
            new Change(2, "insert", 1, "b", "n2"),
            new Change(2, "update", 2, "bb", null),
            new Change(2, "delete", 3, null, null),
            new Change(2, "delete", 3, null, null));

    assertThat(everyWay(Delete.SOFT, replayed)).containsExactly("2 bb n2 true");
    assertThat(everyWay(Delete.HARD, replayed)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Delete.class)
  void whatAnUpdateLeftOpenIsKnownByEveryNameOfTheColumn(Delete delete) {
    List<Change> renamed =
        List.of(
            new Change(1, "insert", 1, "a", "n1"),
            new Change(1, "update", 2, "aa", null, "memo"),
            new Change(1, "update", 3, "aaa", null, "note"));

    assertThat(everyWay(delete, renamed)).containsExactly("1 aaa n1 false");
    assertThat(everyWay(delete, renamed.subList(0, 2))).containsExactly("1 aa n1 false");
  }

  @ParameterizedTest
  @EnumSource(Delete.class)
  void anyChangesInAnyOrderEndInTheRowsThatAPlainWalkShows(Delete delete) {
    List<Change> changes = random(new Random(SEED));

    assertThat(everyWay(delete, changes))
        .as("seed %d", SEED)
        .containsExactlyInAnyOrderElementsOf(walked(delete, changes));
  }

  /** What the view shows, after it was held against the batch. */
  private static List<String> everyWay(Delete delete, List<Change> changes) {
    MirrorSql sql = sql(delete);
    List<Change> shuffled = new ArrayList<>(changes);
    Collections.shuffle(shuffled, new Random(SEED));
    frame(shuffled).createOrReplaceTempView("input");
    List<String> batch = shown(spark.sql(sql.batch()));
    Dataset<Row> table = null;
    for (int piece = 0; piece < PIECES; piece++) {
      int from = shuffled.size() * piece / PIECES;
      frame(shuffled.subList(from, shuffled.size() * (piece + 1) / PIECES))
          .createOrReplaceTempView("input");
      List<Row> added = spark.sql(sql.changes()).collectAsList();
      Dataset<Row> rows = spark.createDataFrame(added, spark.sql(sql.changes()).schema());
      table = table == null ? rows : table.union(rows);
    }
    table.createOrReplaceTempView("stored");
    List<String> view = shown(spark.sql(sql.read("stored")));
    assertThat(batch).as("batch and view").containsExactlyInAnyOrderElementsOf(view);
    return view;
  }

  private static List<String> shown(Dataset<Row> rows) {
    return rows
        .selectExpr(
            "concat_ws(' ', id, ifnull(name, 'null'), ifnull(note, 'null'), change_op = 'delete')")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static List<Change> random(Random random) {
    List<Change> changes = new ArrayList<>();
    for (long id = 0; id < KEYS; id++) {
      int count = 1 + random.nextInt(7);
      for (int at = 0; at < count; at++) {
        String operation = List.of("insert", "update", "update", "delete").get(random.nextInt(4));
        Change change =
            new Change(
                id,
                operation,
                at,
                random.nextBoolean() ? null : "name" + at,
                random.nextBoolean() ? null : "note" + at);
        changes.addAll(Collections.nCopies(random.nextInt(5) == 0 ? 2 : 1, change));
      }
    }
    return changes;
  }

  private static List<String> walked(Delete delete, List<Change> changes) {
    Map<Long, List<Change>> byKey = new HashMap<>();
    for (Change change : changes) {
      byKey.computeIfAbsent(change.id(), id -> new ArrayList<>()).add(0, change);
    }
    return byKey.values().stream()
        .filter(newestFirst -> delete == Delete.SOFT || !newestFirst.get(0).isDelete())
        .map(
            newestFirst ->
                newestFirst.get(0).id()
                    + " "
                    + value(newestFirst, newestFirst.stream().map(Change::name).toList())
                    + " "
                    + value(newestFirst, newestFirst.stream().map(Change::note).toList())
                    + " "
                    + newestFirst.get(0).isDelete())
        .toList();
  }

  private static String value(List<Change> newestFirst, List<String> values) {
    int living =
        IntStream.range(0, values.size())
            .filter(i -> !newestFirst.get(i).isDelete())
            .findFirst()
            .orElse(-1);
    if (living < 0) {
      return values.get(0);
    }
    for (int i = living; i < values.size(); i++) {
      if (newestFirst.get(i).isDelete()) {
        return null;
      }
      if (!newestFirst.get(i).leavesOpen(values.get(i))) {
        return values.get(i);
      }
    }
    return values.get(0); // what a delete carried, when nothing before it says more
  }

  private static Dataset<Row> frame(List<Change> changes) {
    return spark.createDataFrame(changes.stream().map(Change::row).toList(), SCHEMA);
  }

  private static MirrorSql sql(Delete delete) {
    return new MirrorSql(
        new MirrorSpec(
            "dwd_t", "", "", TableName.parse("ods.t"), delete, 3, TableName.parse("dwd.t")),
        new IngestSpec(
            "ods_t",
            "",
            "",
            "t",
            Start.Edge.EARLIEST,
            ReadLimit.NONE,
            new PayloadSpec(
                Format.DEBEZIUM_JSON,
                "",
                List.of("id"),
                Decimals.PRECISE,
                ZoneId.of("UTC"),
                List.of()),
            List.of(column("id", "bigint"), column("name", "string"), column("note", "string")),
            new EventTimeSpec(
                "event_time", Instant.parse("2000-01-01T00:00:00Z"), Duration.ofDays(1)),
            TableName.parse("ods.t")),
        column -> column.equals("note") ? Set.of("note", "memo") : Set.of());
  }

  private static ColumnSpec column(String name, String type) {
    return new ColumnSpec(name, ColumnType.parse(type), false, name, null);
  }
}
