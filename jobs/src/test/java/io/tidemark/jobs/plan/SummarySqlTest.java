package io.tidemark.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Comparison;
import io.tidemark.jobs.spec.CurveSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.RollupMetric;
import io.tidemark.jobs.spec.RollupSpec;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.jobs.spec.Window;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What summaries ask of an engine, as text. */
class SummarySqlTest {
  private static final MetricSpec ABOUT =
      new MetricSpec("about", Function.APPROXIMATE_DISTINCT, "user_id");

  private static AggregateSpec job(
      Window window,
      List<String> dimensions,
      Map<String, List<String>> granularities,
      MetricSpec... metrics) {
    return new AggregateSpec(
        "dws_x",
        "",
        "",
        TableName.parse("dwd.x"),
        dimensions,
        granularities,
        window,
        Lateness.UNLIMITED,
        List.of(metrics),
        List.of(),
        Map.of(),
        TableName.parse("dws.x"),
        ReconcilePolicy.DEFAULT);
  }

  private static String type(String column) {
    return column.endsWith("__sketch") ? "BINARY" : "BIGINT";
  }

  @Test
  void sketchesAreMergedAndEstimatedInTheWordsOfEachEngine() {
    AggregateSql day = new AggregateSql(job(Window.ONE_DAY, List.of(), Map.of(), ABOUT));
    AggregateSql soFar = new AggregateSql(job(Window.RUNNING_DAY, List.of(), Map.of(), ABOUT));

    assertThat(day.read("t", SummarySqlTest::type))
        .contains("CAST(theta_union_agg(`about__sketch`, 12) AS BINARY) AS `about__sketch`")
        .contains("theta_sketch_estimate(`about__sketch`) AS `about`");
    assertThat(soFar.read("t", SummarySqlTest::type))
        .contains("theta_sketch_estimate(theta_union_agg(`about__sketch`, 12) OVER (");
    assertThat(day.readInTrino("t", SummarySqlTest::type, SummarySqlTest::type))
        .contains(
            "CAST(datasketches.theta.theta_sketch_union(\"about__sketch\") AS VARBINARY) AS"
                + " \"about__sketch\"")
        .contains(
            "CAST(datasketches.theta.theta_sketch_cardinality(\"about__sketch\") AS BIGINT) AS"
                + " \"about\"");
    assertThat(new DeltaSql(day).needsEarlier()).as("nothing of earlier rows").isFalse();
  }

  @Test
  void aRowIsOneInEachGranularityAndWhatIsCountedStays() {
    Map<String, List<String>> granularities = new LinkedHashMap<>();
    granularities.put("all", List.of());
    granularities.put("user", List.of("user_id"));
    AggregateSql sql =
        new AggregateSql(job(Window.ONE_DAY, List.of("user_id"), granularities, ABOUT));

    assertThat(sql.keys()).containsExactly("dt", "granularity", "user_id");
    assertThat(sql.inputColumns()).contains("user_id").doesNotContain("granularity");
    assertThat(sql.rows("input"))
        .isEqualTo(
            "SELECT * EXCEPT (`user_id`, `granularity`), `user_id` AS `user_id__any`, granularity,"
                + " CASE WHEN granularity IN ('user') THEN `user_id` END AS `user_id` FROM input"
                + " LATERAL VIEW explode(array('all', 'user')) granularities AS granularity");
  }

  @Test
  void aRowIsOneInTheWindowOfEachTime() {
    AggregateSql sql =
        new AggregateSql(
            job(
                Window.ONE_MINUTE,
                List.of(),
                Map.of(),
                new MetricSpec("pv", Function.COUNT, "*"),
                new MetricSpec("paid", Function.SUM, "amount", new TreeMap<>(), "paid_at")));

    assertThat(sql.inputColumns()).contains("amount", "paid_at");
    assertThat(sql.rows("input"))
        .contains("CASE WHEN time__ = 'event_time' THEN TRUE END AS `pv__where`")
        .contains("CASE WHEN time__ = 'paid_at' THEN `amount` END AS `paid__where`")
        .contains("LATERAL VIEW explode(array('event_time', 'paid_at')) times AS time__");
  }

  @Test
  void aCurveReadsItsRowsOnceInBothEngines() {
    AggregateSpec job =
        job(
            Window.RUNNING_DAY,
            List.of("channel"),
            Map.of(),
            new MetricSpec("pv", Function.COUNT, "*"));
    ViewSql sql =
        new ViewSql(
            new ViewSpec(
                TableName.parse("ads.c_v"), "", "", job.output(), new CurveSpec(Window.ONE_HOUR)),
            job,
            ZoneId.of("Asia/Shanghai"));
    String spark = sql.over("SELECT * FROM stored", "stored", SummarySqlTest::type);
    String trino = sql.overInTrino("SELECT * FROM stored", "stored", SummarySqlTest::type);

    assertThat(spark).containsOnlyOnce("SELECT * FROM stored").contains("Asia/Shanghai");
    assertThat(trino)
        .containsOnlyOnce("SELECT * FROM stored")
        .contains("with_timezone(CAST(dt AS TIMESTAMP), 'Asia/Shanghai')")
        .contains("CROSS JOIN UNNEST(sequence(begin__, next__ - 3600, 3600))")
        .doesNotContain("`");
    assertThat(sql.keys()).containsExactly("dt", "window_start", "channel");
  }

  @Test
  void aRollupMergesSketchesInTheWordsOfEachEngine() {
    AggregateSpec job =
        job(
            Window.ONE_MINUTE,
            List.of("channel"),
            Map.of(),
            new MetricSpec("pv", Function.COUNT, "*"),
            new MetricSpec("other", Function.APPROXIMATE_DISTINCT, "channel"),
            ABOUT);
    RollupSpec rollup =
        new RollupSpec(
            List.of(),
            List.of(),
            Window.ONE_HOUR,
            List.of(
                new RollupMetric(
                    "users",
                    Function.APPROXIMATE_DISTINCT,
                    "about",
                    new TreeMap<>(Map.of("pv", Comparison.parse("> 1"))))));
    ViewSql sql =
        new ViewSql(
            new ViewSpec(TableName.parse("ads.c_v"), "", "", job.output(), rollup),
            job,
            ZoneId.of("Asia/Shanghai"));
    String spark = sql.over("", "stored", SummarySqlTest::type);
    String trino = sql.overInTrino("", "stored", SummarySqlTest::type);

    assertThat(spark)
        .contains(
            "COALESCE(theta_sketch_estimate(theta_union_agg(`about__sketch`, 12) FILTER (WHERE"
                + " `pv` > 1)), 0) AS `users`")
        .containsOnlyOnce("FROM stored")
        .as("what no metric needs is not read")
        .doesNotContain("other");
    assertThat(trino)
        .contains(
            "COALESCE(CAST(datasketches.theta.theta_sketch_cardinality("
                + "datasketches.theta.theta_sketch_union(\"about__sketch\") FILTER (WHERE \"pv\" >"
                + " 1)) AS BIGINT), 0) AS \"users\"")
        .doesNotContain("`");
    assertThat(sql.keys()).containsExactly("dt", "window_start");
  }

  @Test
  void theLatestRowIsOrderedTheOtherWayRound() {
    TransformSpec first =
        new TransformSpec(
            "dwd_x",
            "",
            "",
            TableName.parse("ods.x"),
            "SELECT 1",
            List.of("id"),
            TableName.parse("dwd.x"),
            ReconcilePolicy.DEFAULT);
    TransformSpec latest =
        new TransformSpec(
            "dwd_x",
            "",
            "",
            List.of(new TransformInput(TableName.parse("ods.x"), "SELECT 1")),
            List.of(),
            null,
            List.of("id"),
            List.of("version"),
            TableName.parse("dwd.x"),
            ReconcilePolicy.DEFAULT);

    assertThat(first.takesBack()).isFalse();
    assertThat(latest.takesBack()).isTrue();
    assertThat(new TransformSql(latest).firstReceived("rows"))
        .contains("ORDER BY `version` DESC NULLS LAST, `kafka_time` DESC NULLS LAST");
    assertThat(new TransformSql(latest).takenBack())
        .contains("struct(firsts.`version`, firsts.`kafka_time`")
        .contains(") > struct(looked.`version`");
  }
}
