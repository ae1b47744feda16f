package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of one job by several times of its rows: each as a job of its own would have it. */
class OwnTimeTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 13);
  private static final Range BOTH_DAYS = new Range(DAY, DAY.plusDays(1));

  @TempDir Path root;
  private MessageLake lake;

  private static Project project(Project project) {
    return project
        .with(
            "jobs/a_ods.yml",
            """
            job: ods_order
            topic: order
            columns:
              placed_at: { type: timestamp, required: true, format: iso-8601 }
              paid_at: { type: timestamp, format: iso-8601 }
              channel: string
              user_id: string
              amount: bigint
              state: string
            event-time: { column: placed_at }
            output: ods.order
            """)
        .without("jobs/b_dwd.yml")
        .without("jobs/event.sql")
        .with(
            "jobs/c_dws.yml",
            """
            job: dws_order_5min
            input: ods.order
            dimensions: [channel]
            window: 5 minutes
            lateness: unlimited
            metrics:
              placed: { count: "*" }
              buyers: { distinct: user_id }
              paid: { count: "*", time: paid_at }
              payers: { distinct: user_id, time: paid_at }
              about: { approximate-distinct: user_id, time: paid_at }
              amount: { sum: amount, time: paid_at, where: { state: done } }
            output: dws.order_5min
            """);
  }

  @Test
  void eachIsCountedInTheWindowOfItsTime() {
    lake = new MessageLake(root, OwnTimeTest::project);
    IngestSpec ods = lake.ingest("ods_order");
    lake.jobs.jobs().forEach(lake.tables::ensure);
    Random random = new Random(20260313);
    JobSpec job = lake.jobs.job("dws_order_5min");
    for (int batch = 0; batch < 2; batch++) {
      Row[] messages = new Row[20];
      for (int i = 0; i < messages.length; i++) {
        messages[i] = lake.message(ods, 0, order(random));
      }
      lake.ingest(ods, messages);
      lake.catchUp(job);
    }
    theyAreRight("dws.order_5min_v");

    Seals.seal(lake.lake.load(ods.output()), BOTH_DAYS);
    assertThat(new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {}).run(job, BOTH_DAYS))
        .isNotEmpty();
    theyAreRight("(" + lake.tables.readSql(job, "dws.order_5min.branch_offline") + ")");
    assertThat(lake.rows("SELECT 1 FROM dws.order_5min_v WHERE CAST(window_start AS DATE) > dt"))
        .as("paid after midnight")
        .isNotEmpty();
  }

  private void theyAreRight(String view) {
    assertThat(metrics(view, "placed, buyers", "placed > 0"))
        .isEqualTo(grouped("event_time", "COUNT(*), COUNT(DISTINCT user_id)"));
    assertThat(metrics(view, "paid, payers, about, amount", "paid > 0"))
        .isEqualTo(
            grouped(
                "paid_at",
                "COUNT(*), COUNT(DISTINCT user_id), COUNT(DISTINCT user_id), SUM(IF(state = 'done', amount, NULL))"));
    assertThat(lake.rows("SELECT SUM(row_count) FROM " + view))
        .as("a row for each of its times")
        .isEqualTo(lake.rows("SELECT COUNT(*) + COUNT(paid_at) FROM ods.order"));
  }

  private List<String> metrics(String view, String metrics, String where) {
    return sorted(
        "SELECT dt, window_start, channel, %s FROM %s WHERE %s".formatted(metrics, view, where));
  }

  private List<String> grouped(String time, String metrics) {
    return sorted(
        "SELECT dt, at, channel, %1$s FROM (SELECT *, window(%2$s, '5 minutes').start AS at FROM ods.order WHERE %2$s IS NOT NULL) GROUP BY ALL"
            .formatted(metrics, time));
  }

  private List<String> sorted(String sql) {
    return lake.rows(sql).stream().sorted().toList();
  }

  private static String order(Random random) {
    LocalDate day = DAY.plusDays(random.nextInt(2));
    String paid =
        random.nextInt(4) == 0
            ? "null"
            : "\"%sT0%d:%02d:00Z\""
                .formatted(day.plusDays(random.nextInt(2)), random.nextInt(2), random.nextInt(12));
    return "{\"placed_at\":\"%sT0%d:%02d:00Z\",\"paid_at\":%s,\"channel\":\"c%d\",\"user_id\":%s,\"amount\":%d,\"state\":\"%s\"}"
        .formatted(
            day,
            random.nextInt(2),
            random.nextInt(12),
            paid,
            random.nextInt(2),
            random.nextInt(6) == 0 ? "null" : "\"u" + random.nextInt(4) + '"',
            random.nextInt(100),
            random.nextBoolean() ? "done" : "open");
  }
}
