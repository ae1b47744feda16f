package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.DeltaSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Approximate distincts: however rows are split and merged, the estimate is one. */
class SketchTest {
  private static final String ROWS =
      """
      SELECT DATE'2026-03-13' AS dt, CAST(id %% %d AS STRING) AS channel,
        TIMESTAMP'2026-03-13 09:00:00' + make_dt_interval(0, 0, id %% 5) AS event_time,
        IF(id %% 7 = 0, NULL, IF(id = 1, '', concat('u', id %% %d))) AS user_id
      FROM range(%d)""";

  @TempDir Path root;
  private SparkSession spark;

  @BeforeEach
  void open() {
    spark = new MessageLake(root, project -> project).lake.spark();
  }

  @Test
  void theEstimateIsThatOfTheBatchHoweverItWasSplitAndFolded() {
    for (Window window : List.of(Window.ONE_DAY, Window.ONE_MINUTE, Window.RUNNING_DAY)) {
      AggregateSql sql = new AggregateSql(job(window, true));
      spark.sql(ROWS.formatted(2, 20_000, 20_000)).cache().createOrReplaceTempView("rows");
      StructType stored = table(sql.batch(), "SELECT * FROM rows", "batch");

      List<String> parts = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String range = "SELECT * FROM rows WHERE pmod(hash(user_id), 3) = " + i;
        table(new DeltaSql(sql).text(), range, "part" + i);
        parts.add("SELECT * FROM part" + i);
      }
      // Two of them folded, as compaction does, the third as it came.
      String two = "(%s UNION ALL %s)".formatted(parts.get(0), parts.get(1));
      String folded = sql.folded(two, column -> stored.apply(column).dataType().sql());
      spark.sql(folded + " UNION ALL " + parts.get(2)).createOrReplaceTempView("main");

      assertThat(estimates(sql, stored, "main"))
          .as("%s", window)
          .isNotEmpty()
          .isEqualTo(estimates(sql, stored, "batch"));
    }
  }

  @Test
  void fewAreExact() {
    errors(2, 6_000).forEach((key, error) -> assertThat(error).as(key).isZero());
  }

  /** The standard error is 1.6 %: four times that is what hardly any estimate reaches. */
  @Test
  void manyAreWithinTheError() {
    Map<String, Double> errors = errors(10, 100_000);

    assertThat(errors.values()).allMatch(error -> Math.abs(error) < 0.063);
    assertThat(errors.values().stream().filter(error -> Math.abs(error) > 0.032))
        .as("of ten")
        .hasSizeLessThan(4);
    assertThat(errors.values()).as("not all are exact").anyMatch(error -> error != 0);
  }

  /** Of keys, how far estimates are from the truth, in relation to it. */
  private Map<String, Double> errors(int channels, int values) {
    AggregateSql sql = new AggregateSql(job(Window.ONE_DAY, false));
    spark.sql(ROWS.formatted(channels, values, 2 * values)).createOrReplaceTempView("rows");
    StructType stored = table(sql.batch(), "SELECT * FROM rows", "batch");
    Map<String, Long> estimates = estimates(sql, stored, "batch");
    Map<String, Double> errors = new TreeMap<>();
    spark
        .sql("SELECT channel, COUNT(DISTINCT user_id) FROM rows GROUP BY 1")
        .collectAsList()
        .forEach(
            row -> {
              double truth = row.getLong(1);
              long estimate = estimates.get("2026-03-13/" + row.getString(0));
              errors.put(row.getString(0), (estimate - truth) / truth);
            });
    assertThat(errors).hasSize(channels).hasSameSizeAs(estimates);
    return errors;
  }

  private static AggregateSpec job(Window window, boolean exactToo) {
    List<MetricSpec> metrics = new ArrayList<>();
    metrics.add(new MetricSpec("about", Function.APPROXIMATE_DISTINCT, "user_id"));
    if (exactToo) {
      metrics.add(new MetricSpec("users", Function.DISTINCT, "user_id"));
    }
    return new AggregateSpec(
        "dws_x",
        "",
        "",
        TableName.parse("dwd.x"),
        List.of("channel"),
        window,
        Lateness.UNLIMITED,
        metrics,
        TableName.parse("dws.x"),
        ReconcilePolicy.DEFAULT);
  }

  /** Makes a view of what SQL gives of rows, of which none came before. */
  private StructType table(String sql, String rows, String name) {
    spark.sql(rows).createOrReplaceTempView("input");
    spark
        .sql(rows + (rows.contains("WHERE") ? " AND FALSE" : " WHERE FALSE"))
        .createOrReplaceTempView("earlier");
    var made = spark.sql(sql).cache();
    made.createOrReplaceTempView(name);
    made.count();
    return made.schema();
  }

  private Map<String, Long> estimates(AggregateSql sql, StructType stored, String relation) {
    Map<String, Long> estimates = new TreeMap<>();
    String start = sql.keys().contains("window_start") ? "window_start" : "dt";
    spark
        .sql(sql.read(relation, column -> stored.apply(column).dataType().sql()))
        .select(start, "channel", "about")
        .collectAsList()
        .forEach(row -> estimates.put(row.get(0) + "/" + row.getString(1), row.getLong(2)));
    return estimates;
  }
}
