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
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One key with half of the traffic: what a task reads of a shuffle is what rows were added up to,
 * or the values that are told apart, and so the key is no task's alone.
 */
class HotKeyTest {
  private static final int ROWS = 200_000;
  private static final int TASKS = 4;
  private static final int KEYS = 100;

  @TempDir Path root;
  private SparkSession spark;
  private final Queue<Long> read = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void open() {
    spark = new MessageLake(root, project -> project).lake.spark();
    spark.conf().set("spark.sql.shuffle.partitions", TASKS);
    // Tasks as they are planned: what was shuffled is not to be put together again.
    spark.conf().set("spark.sql.adaptive.enabled", false);
    spark
        .range(0, ROWS, 1, TASKS)
        .selectExpr(
            "DATE'2026-03-13' AS dt",
            "TIMESTAMP'2026-03-13 09:00:00' AS event_time",
            "IF(id % 2 = 0, 'hot', concat('k', id % " + KEYS + ")) AS channel",
            "concat('u', id % 50000) AS user_id",
            "id AS seconds")
        .createOrReplaceTempView("input");
    spark.sql("SELECT * FROM input WHERE FALSE").createOrReplaceTempView("earlier");
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd task) {
                read.add(task.taskMetrics().shuffleReadMetrics().recordsRead());
              }
            });
  }

  @Test
  void rowsAreAddedUpBeforeTheyAreShuffled() throws Exception {
    AggregateSql sql =
        new AggregateSql(
            job(
                new MetricSpec("pv", Function.COUNT, "*"),
                new MetricSpec("seconds", Function.SUM, "seconds"),
                new MetricSpec("about", Function.APPROXIMATE_DISTINCT, "user_id")));
    for (String text : List.of(sql.batch(), new DeltaSql(sql).text())) {
      run(text);

      assertThat(read.stream().mapToLong(each -> each).sum())
          .as("of each key a row from each task")
          .isPositive()
          .isLessThanOrEqualTo((long) TASKS * (KEYS + 1));
    }
  }

  @Test
  void distinctsOfTheKeyAreSpreadOverAllTasks() throws Exception {
    AggregateSql sql =
        new AggregateSql(
            job(
                new MetricSpec("pv", Function.COUNT, "*"),
                new MetricSpec("users", Function.DISTINCT, "user_id")));
    for (String text : List.of(sql.batch(), new DeltaSql(sql).text())) {
      run(text);

      long most = read.stream().mapToLong(each -> each).max().orElseThrow();
      assertThat(most)
          .as("of %d rows, half of them of one key", ROWS)
          .isPositive()
          .isLessThan(ROWS * 4 / 10);
    }
  }

  private void run(String text) throws Exception {
    read.clear();
    List<Row> rows = spark.sql(text).collectAsList();
    spark.sparkContext().listenerBus().waitUntilEmpty();

    assertThat(rows)
        .filteredOn(row -> row.getAs("channel").equals("hot"))
        .extracting(row -> row.<Long>getAs("pv"))
        .containsExactly(ROWS / 2L);
  }

  private static AggregateSpec job(MetricSpec... metrics) {
    return new AggregateSpec(
        "dws_x",
        "",
        "",
        TableName.parse("dwd.x"),
        List.of("channel"),
        Map.of(),
        Window.ONE_MINUTE,
        Lateness.UNLIMITED,
        List.of(metrics),
        List.of(),
        Map.of(),
        TableName.parse("dws.x"),
        ReconcilePolicy.DEFAULT);
  }
}
