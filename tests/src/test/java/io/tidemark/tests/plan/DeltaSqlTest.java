package io.tidemark.tests.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.DeltaSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.DerivedMetric;
import io.tidemark.jobs.spec.DerivedMetric.Operation;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Window;
import io.tidemark.tests.lakehouse.SameRows;
import io.tidemark.tests.lakehouse.Seed;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The SQL of the stream against the SQL of the batch, on frames and without a table: rows in any
 * order, cut anywhere, give delta rows that add up to the plain GROUP BY.
 */
class DeltaSqlTest {
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final long SEED = Seed.of("delta");
  private static final int ROWS = 300;
  private static final int PIECES = 4;

  private static final StructType SCHEMA =
      StructType.fromDDL(
          "channel STRING, user_id STRING, n BIGINT, price DECIMAL(10,2), event_time TIMESTAMP,"
              + " dt DATE");

  @TempDir private static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void openSession() {
    spark = FrameSession.open(folder);
  }

  @ParameterizedTest
  @EnumSource(Window.class)
  void deltasAddUpToTheBatch(Window window) {
    AggregateSql sql = new AggregateSql(aggregate(window));
    String delta = new DeltaSql(sql).text();
    List<Row> rows = rows(new Random(SEED));
    List<Row> deltas = new ArrayList<>();
    StructType schema = null;
    for (int piece = 0; piece < PIECES; piece++) {
      int from = ROWS * piece / PIECES;
      frame(rows.subList(from, ROWS * (piece + 1) / PIECES), SCHEMA)
          .createOrReplaceTempView("input");
      frame(rows.subList(0, from), SCHEMA).createOrReplaceTempView("earlier");
      Dataset<Row> added = spark.sql(delta);
      schema = added.schema();
      deltas.addAll(added.collectAsList());
    }
    frame(deltas, schema).createOrReplaceTempView("deltas");
    frame(rows, SCHEMA).createOrReplaceTempView("input");
    Dataset<Row> batch = spark.sql(sql.batch());
    batch.createOrReplaceTempView("batch");

    spark.sql(sql.folded("deltas", types(batch.schema()))).createOrReplaceTempView("folded");

    Dataset<Row> streamed = read(sql, "deltas", batch.schema());
    Dataset<Row> folded = read(sql, "folded", batch.schema());
    Dataset<Row> computed = read(sql, "batch", batch.schema());

    assertThat(deltas).as("%s: several delta rows to a key", window).hasSizeGreaterThan(1);
    SameRows.assertSame(window + ", seed " + SEED, streamed, computed);
    SameRows.assertSame(window + " folded, seed " + SEED, folded, computed);
    assertMadeOfWhatIsShown(computed);
  }

  /** Values of a column become columns of the table: a row of the table per key and minute. */
  @ParameterizedTest
  @EnumSource(Window.class)
  void metricsOfSomeRowsAddUpToTheBatch(Window window) {
    SortedMap<String, String> first = new TreeMap<>(Map.of("user_id", "u1"));
    AggregateSql sql = new AggregateSql(ofSomeRows(window, first));
    List<Row> rows = rows(new Random(SEED));
    Dataset<Row> computed =
        assertAddsUp(sql, new DeltaSql(sql), rows, SCHEMA, frame(rows, SCHEMA), window.name());

    computed.createOrReplaceTempView("computed");
    frame(rows, SCHEMA).createOrReplaceTempView("input");
    if (window == Window.ONE_DAY) {
      assertThat(spark.sql("SELECT SUM(u1_rows), SUM(u1_n), SUM(n7_rows) FROM computed").head())
          .isEqualTo(
              spark
                  .sql(
                      """
                      SELECT COUNT_IF(user_id = 'u1'), SUM(n) FILTER (WHERE user_id = 'u1'),
                        COUNT_IF(n = 7 AND user_id = 'u1') FROM input
                      """)
                  .head());
    }
  }

  /** Some rows are taken back later, in whatever micro-batch. */
  @ParameterizedTest
  @EnumSource(Window.class)
  void rowsThatAreTakenBackAreAsIfTheyNeverWere(Window window) {
    AggregateSql sql = new AggregateSql(ofSomeRows(window, new TreeMap<>()).overRowsTakenBack());
    StructType schema = SCHEMA.add("takes_back", DataTypes.BooleanType);
    Random random = new Random(SEED);
    List<Row> written = new ArrayList<>();
    List<Row> stay = new ArrayList<>();
    for (Row row : rows(random)) {
      Object[] values = new Object[schema.size()];
      for (int i = 0; i < SCHEMA.size(); i++) {
        values[i] = row.get(i);
      }
      values[schema.size() - 1] = false;
      written.add(random.nextInt(written.size() + 1), RowFactory.create(values));
    }
    for (Row row : List.copyOf(written)) {
      if (random.nextInt(3) > 0) {
        stay.add(row);
        continue;
      }
      Object[] back = new Object[schema.size()];
      for (int i = 0; i < SCHEMA.size(); i++) {
        back[i] = row.get(i);
      }
      back[schema.size() - 1] = true;
      int behind = written.lastIndexOf(row) + 1;
      written.add(behind + random.nextInt(written.size() - behind + 1), RowFactory.create(back));
    }
    assertAddsUp(
        sql,
        new DeltaSql(sql),
        written,
        schema,
        frame(stay, schema).drop("takes_back"),
        window + " taken back");
  }

  /** Returns what the batch computes of {@code truth}, which the deltas have to show. */
  private static Dataset<Row> assertAddsUp(
      AggregateSql sql,
      DeltaSql delta,
      List<Row> rows,
      StructType schema,
      Dataset<Row> truth,
      String what) {
    List<Row> deltas = new ArrayList<>();
    StructType columns = null;
    for (int piece = 0; piece < PIECES; piece++) {
      int from = rows.size() * piece / PIECES;
      int to = rows.size() * (piece + 1) / PIECES;
      frame(rows.subList(from, to), schema).createOrReplaceTempView("input");
      frame(rows.subList(0, from), schema).createOrReplaceTempView("earlier");
      Dataset<Row> added = spark.sql(delta.text());
      columns = added.schema();
      deltas.addAll(added.collectAsList());
    }
    frame(deltas, columns).createOrReplaceTempView("deltas");
    truth.createOrReplaceTempView("input");
    Dataset<Row> batch = spark.sql(sql.batch());
    batch.createOrReplaceTempView("batch");
    Dataset<Row> computed = read(sql, "batch", batch.schema());
    assertThat(computed.collectAsList()).isNotEmpty();
    SameRows.assertSame(what + ", seed " + SEED, read(sql, "deltas", batch.schema()), computed);
    return computed;
  }

  /**
   * @param summed the rows that sums are over
   */
  private static AggregateSpec ofSomeRows(Window window, SortedMap<String, String> summed) {
    SortedMap<String, String> first = new TreeMap<>(Map.of("user_id", "u1"));
    SortedMap<String, String> seven = new TreeMap<>(Map.of("user_id", "u1", "n", "7"));
    return new AggregateSpec(
        "dws_e_" + window.suffix(),
        "",
        "",
        TableName.parse("dwd.e"),
        List.of("channel"),
        window,
        Lateness.UNLIMITED,
        List.of(
            new MetricSpec("pv", Function.COUNT, "*"),
            new MetricSpec("with_user", Function.COUNT, "user_id"),
            new MetricSpec("n_sum", Function.SUM, "n"),
            new MetricSpec("users", Function.DISTINCT, "user_id"),
            new MetricSpec("u1_rows", Function.COUNT, "*", first),
            new MetricSpec("u1_n", Function.SUM, "n", summed),
            new MetricSpec("u1_mean", Function.AVERAGE, "n", summed),
            new MetricSpec("u1_values", Function.DISTINCT, "n", first),
            new MetricSpec("n7_rows", Function.COUNT, "*", seven)),
        TableName.parse("dws.e_" + window.suffix()),
        ReconcilePolicy.DEFAULT);
  }

  @Test
  void whatCannotBeDividedOrAddedUpIsNull() {
    Dataset<Row> stored =
        spark.sql(
            """
            SELECT dt, channel, pv AS row_count, pv, with_n, n_sum, n_sum AS n_min, n_sum AS n_max,
              price AS price_sum, price AS price_avg__sum, pv AS price_avg__count, users,
              users AS `values`
            FROM VALUES
              (DATE'2026-03-14', 'both', 4L, 3L, 5L, 1.50, 2L),
              (DATE'2026-03-14', 'none', 4L, 4L, 5L, 1.50, 0L),
              (DATE'2026-03-14', 'null', 4L, 0L, NULL, NULL, 2L)
              AS stored(dt, channel, pv, with_n, n_sum, price, users)
            """);
    stored.createOrReplaceTempView("stored");

    Dataset<Row> shown =
        read(new AggregateSql(aggregate(Window.ONE_DAY)), "stored", stored.schema())
            .select("channel", "per_user", "price_per_user", "share", "without_n", "all_in_all")
            .orderBy("channel");

    assertThat(shown.collectAsList())
        .extracting(Row::toString)
        .containsExactly(
            "[both,2.5,0.1875,0.0,1,7.50]",
            "[none,null,null,null,0,6.50]",
            "[null,null,null,null,4,null]");
  }

  /** What is derived, by hand from the columns beside it. */
  private static void assertMadeOfWhatIsShown(Dataset<Row> shown) {
    Dataset<Row> wrong =
        shown.where(
            """
            NOT (per_user <=> if(users = 0, NULL, double(n_sum) / double(users))
              AND price_per_user <=> if(users = 0, NULL, double(price_avg) / double(users))
              AND without_n <=> pv - with_n
              AND all_in_all <=> n_sum + pv - with_n + price_sum
              AND share <=> if(pv = with_n, NULL, double(n_sum - n_min) / double(pv - with_n)))
            """);
    assertThat(wrong.collectAsList()).isEmpty();
    assertThat(shown.schema().apply("price_per_user").dataType()).isEqualTo(DataTypes.DoubleType);
  }

  private static AggregateSpec aggregate(Window window) {
    return new AggregateSpec(
        "dws_e_" + window.suffix(),
        "",
        "",
        TableName.parse("dwd.e"),
        List.of("channel"),
        Map.of(),
        window,
        Lateness.UNLIMITED,
        List.of(
            new MetricSpec("pv", Function.COUNT, "*"),
            new MetricSpec("with_n", Function.COUNT, "n"),
            new MetricSpec("n_sum", Function.SUM, "n"),
            new MetricSpec("n_min", Function.MIN, "n"),
            new MetricSpec("n_max", Function.MAX, "n"),
            new MetricSpec("price_sum", Function.SUM, "price"),
            new MetricSpec("price_avg", Function.AVERAGE, "price"),
            new MetricSpec("users", Function.DISTINCT, "user_id"),
            new MetricSpec("values", Function.DISTINCT, "n")),
        List.of(
            new DerivedMetric("per_user", Operation.RATIO, List.of("n_sum", "users")),
            new DerivedMetric("price_per_user", Operation.RATIO, List.of("price_avg", "users")),
            new DerivedMetric("share", Operation.RATIO, List.of("spread", "without_n")),
            new DerivedMetric("spread", Operation.DIFFERENCE, List.of("n_sum", "n_min")),
            new DerivedMetric("without_n", Operation.DIFFERENCE, List.of("pv", "with_n")),
            new DerivedMetric(
                "all_in_all", Operation.TOTAL, List.of("n_sum", "without_n", "price_sum"))),
        Map.of(),
        TableName.parse("dws.e_" + window.suffix()),
        ReconcilePolicy.DEFAULT);
  }

  /** In random order, over a few minutes on both sides of midnight, with NULL everywhere. */
  private static List<Row> rows(Random random) {
    Instant midnight = DAY.atStartOfDay(ZONE).toInstant();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      Instant time = midnight.plusSeconds(random.nextInt(1200) - 600L);
      rows.add(
          RowFactory.create(
              random.nextInt(5) == 0 ? null : "c" + random.nextInt(2),
              random.nextInt(5) == 0 ? null : "u" + random.nextInt(20),
              random.nextInt(5) == 0 ? null : (Long) (long) random.nextInt(30),
              random.nextInt(5) == 0 ? null : BigDecimal.valueOf(random.nextInt(999), 2),
              time,
              time.atZone(ZONE).toLocalDate()));
    }
    return rows;
  }

  private static Dataset<Row> frame(List<Row> rows, StructType schema) {
    return spark.createDataFrame(rows, schema);
  }

  private static Dataset<Row> read(AggregateSql sql, String relation, StructType types) {
    return spark.sql(sql.read(relation, types(types)));
  }

  private static UnaryOperator<String> types(StructType types) {
    return column -> types.apply(column).dataType().sql();
  }
}
