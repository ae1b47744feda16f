package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.compare.Compared;
import io.tidemark.reconciliation.compare.KeyComparison;
import io.tidemark.reconciliation.plan.AggregateComparison;
import io.tidemark.reconciliation.plan.MetricColumn;
import io.tidemark.reconciliation.plan.MetricColumn.Type;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Two sides of a generated summary table as Parquet files, and three ways to say how many keys
 * differ in them: in any metric, then metric by metric.
 */
final class TwoSides {
  private static final String STREAM = "bench_stream";
  private static final String BATCH = "bench_batch";
  private static final List<String> METRICS = List.of("pv", "read_seconds", "price", "readers");

  private final SparkSession spark;
  private final Path folder;

  private TwoSides(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /**
   * Writes both sides. Of the keys that differ every tenth is on the stream's side alone, every
   * tenth on the batch's, the others have another value.
   *
   * @param differing keys of a thousand that differ
   */
  static TwoSides write(SparkSession spark, Path folder, long rows, int differing, long seed) {
    String base =
        """
        SELECT DATE'2026-01-15' AS dt,
          TIMESTAMP'2026-01-15 00:00:00' + make_dt_interval(0, 0, CAST(id % 1440 AS INT), 0) AS window_start,
          concat('channel-', pmod(xxhash64(id, @seedL), 50)) AS channel,
          id DIV 1440 AS content_id,
          pmod(xxhash64(id, @seedL, 1), 1000) AS pv,
          pmod(xxhash64(id, @seedL, 2), 1000000) AS read_seconds,
          pmod(xxhash64(id, @seedL, 3), 1000000) / 7D AS price,
          pmod(xxhash64(id, @seedL, 4), 500) AS readers,
          pmod(xxhash64(id, @seedL, 5), 1000) < @differing AS apart,
          pmod(xxhash64(id, @seedL, 6), 10) AS fate
        FROM range(@rows)"""
            .replace("@seed", "" + seed)
            .replace("@differing", "" + differing)
            .replace("@rows", "" + rows);
    String changed = "apart AND fate > 1";
    write(spark, base, "NOT (apart AND fate = 0)", "pv", folder.resolve("stream"));
    write(
        spark,
        base,
        "NOT (apart AND fate = 1)",
        "pv + CASE WHEN " + changed + " THEN 1 ELSE 0 END",
        folder.resolve("batch"));
    spark.read().parquet(folder.resolve("stream").toString()).createOrReplaceTempView(STREAM);
    spark.read().parquet(folder.resolve("batch").toString()).createOrReplaceTempView(BATCH);
    return new TwoSides(spark, folder);
  }

  private static void write(SparkSession spark, String base, String where, String pv, Path path) {
    // Not in the order of the other side: two sides of a real day have been written differently.
    spark
        .sql(
            "SELECT * EXCEPT (apart, fate, pv), %s AS pv FROM (%s) WHERE %s"
                .formatted(pv, base, where))
        .repartition(8)
        .write()
        .mode("overwrite")
        .parquet(path.toString());
  }

  /** By the comparison, whose differing keys are there with all their values when it ends. */
  List<Long> byTidemark() {
    AggregateSpec job =
        new AggregateSpec(
            "dws_bench_1min",
            "",
            "",
            TableName.parse("dwd.bench"),
            List.of("channel", "content_id"),
            Window.ONE_MINUTE,
            Lateness.UNLIMITED,
            List.of(new MetricSpec("pv", Function.COUNT, "*")),
            TableName.parse("dws.bench_1min"),
            ReconcilePolicy.DEFAULT);
    List<MetricColumn> metrics =
        METRICS.stream()
            .map(
                name ->
                    new MetricColumn(
                        name,
                        name.equals("price") ? Type.FLOATING : Type.WHOLE,
                        0,
                        "SUM",
                        Optional.empty()))
            .toList();
    try (Compared compared =
        new KeyComparison(spark, said -> {})
            .compare(
                new AggregateComparison(job, metrics, view -> "SELECT * FROM " + view),
                STREAM,
                BATCH)) {
      List<Long> found = new ArrayList<>(List.of(compared.differingKeys()));
      for (int metric = 0; metric < METRICS.size(); metric++) {
        found.add(compared.measure(metric).differing());
      }
      return found;
    }
  }

  /** By a full outer join of all keys in Spark. */
  List<Long> byJoin() {
    Row row = spark.sql(join(STREAM, BATCH, "COUNT_IF(%s)", "m.%1$s <=> o.%1$s")).head();
    List<Long> found = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      found.add(row.getLong(i));
    }
    return found;
  }

  /** By a full outer join of all keys in DuckDB, which may use all cores as Spark does. */
  List<Long> byDuckDb() {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("SET threads = " + Runtime.getRuntime().availableProcessors());
      statement.execute("SET memory_limit = '4GB'");
      statement.execute("SET temp_directory = '" + folder.resolve("duckdb") + "'");
      String sql =
          join(
              "read_parquet('" + folder.resolve("stream") + "/*.parquet')",
              "read_parquet('" + folder.resolve("batch") + "/*.parquet')",
              "COUNT(*) FILTER (WHERE %s)",
              "m.%1$s IS NOT DISTINCT FROM o.%1$s");
      try (ResultSet rows = statement.executeQuery(sql)) {
        rows.next();
        List<Long> found = new ArrayList<>();
        for (int i = 1; i <= METRICS.size() + 1; i++) {
          found.add(rows.getLong(i));
        }
        return found;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB did not answer", e);
    }
  }

  private static String join(String stream, String batch, String countIf, String same) {
    List<String> differs = new ArrayList<>();
    for (String metric : METRICS) {
      String equal =
          metric.equals("price")
              ? "(%s OR abs(m.price - o.price) <= 1e-9 * greatest(abs(m.price), abs(o.price)))"
                  .formatted(same.formatted(metric))
              : same.formatted(metric);
      differs.add("(m.dt IS NULL OR o.dt IS NULL OR NOT %s)".formatted(equal));
    }
    List<String> columns = new ArrayList<>();
    columns.add(countIf.formatted(String.join(" OR ", differs)));
    differs.forEach(each -> columns.add(countIf.formatted(each)));
    List<String> on =
        List.of("dt", "window_start", "channel", "content_id").stream()
            .map(same::formatted)
            .toList();
    return "SELECT %s FROM %s m FULL OUTER JOIN %s o ON %s"
        .formatted(String.join(", ", columns), stream, batch, String.join(" AND ", on));
  }
}
