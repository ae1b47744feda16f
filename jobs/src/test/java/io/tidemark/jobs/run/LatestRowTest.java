package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders that change: a summary has of each what its latest row says, in the minute in which it was
 * placed, however often and in whichever order it changed.
 */
class LatestRowTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 13);
  private static final Range BOTH_DAYS = new Range(DAY, DAY.plusDays(1));

  /** What an analyst writes over all changes. */
  private static final String LATEST =
      """
      SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY version DESC) AS n
        FROM ods.order) WHERE n = 1""";

  private static final String SUMMARY =
      """
      SELECT dt, window(event_time, '5 minutes').start, channel, COUNT(*) AS row_count,
        COUNT(CASE WHEN NOT deleted THEN 1 END) AS orders,
        COUNT(CASE WHEN state = 'paid' THEN 1 END) AS paid,
        SUM(CASE WHEN state = 'paid' THEN amount END) AS amount,
        COUNT(DISTINCT CASE WHEN NOT deleted THEN user_id END) AS buyers
      FROM (%s) GROUP BY ALL""";

  @TempDir Path root;
  private MessageLake lake;
  private IngestSpec ods;

  private static Project project(Project project) {
    return project
        .with(
            "jobs/a_ods.yml",
            """
            job: ods_order
            topic: order
            columns:
              order_id: string
              placed_at: { type: timestamp, required: true, format: iso-8601 }
              version: bigint
              channel: string
              user_id: string
              state: string
              amount: bigint
              deleted: boolean
            event-time: { column: placed_at }
            output: ods.order
            """)
        .without("jobs/event.sql")
        .with(
            "jobs/order.sql",
            "SELECT order_id, version, channel, user_id, state, amount, deleted, source.* FROM input\n")
        .with(
            "jobs/b_dwd.yml",
            """
            job: dwd_order
            input: ods.order
            sql: order.sql
            dedupe: { key: [order_id], latest-by: [version] }
            output: dwd.order
            """)
        .with(
            "jobs/c_dws.yml",
            """
            job: dws_order_5min
            input: dwd.order
            dimensions: [channel]
            window: 5 minutes
            lateness: unlimited
            metrics:
              orders: { count: "*", where: { deleted: "false" } }
              paid: { count: "*", where: { state: paid } }
              amount: { sum: amount, where: { state: paid } }
              buyers: { distinct: user_id, where: { deleted: "false" } }
            output: dws.order_5min
            """);
  }

  @Test
  void anOrderThatChangesTakesBackWhatItSaidBefore() {
    lake = new MessageLake(root, LatestRowTest::project);
    ods = lake.ingest("ods_order");
    lake.jobs.jobs().forEach(lake.tables::ensure);
    List<String> changes = changes(new Random(20260313));
    for (int from = 0; from < changes.size(); from += 20) {
      ingest(changes.subList(from, Math.min(changes.size(), from + 20)));
      assertThat(sorted("SELECT order_id, version, state, amount FROM dwd.order_v"))
          .isEqualTo(sorted("SELECT order_id, version, state, amount FROM (" + LATEST + ")"));
      assertThat(summary("dws.order_5min_v")).isEqualTo(sorted(SUMMARY.formatted(LATEST)));
    }
    assertThat(lake.rows("SELECT 1 FROM dwd.order WHERE takes_back")).isNotEmpty();

    Seals.seal(lake.lake.load(ods.output()), BOTH_DAYS);
    theBatchIsRight();
    // Weeks later: the day is sealed, and its next batch has what the order says now.
    List<String> before = summary("dws.order_5min_v");
    ingest(List.of(change(0, 1_000, "c0", "paid", 5_000, false)));
    assertThat(summary("dws.order_5min_v")).as("until then").isEqualTo(before);
    assertThat(Seals.sealAgain(lake.lake.load(ods.output()), BOTH_DAYS)).isNotEmpty();
    theBatchIsRight();
    assertThat(lake.rows("SELECT SUM(amount) FROM (" + offline("dws_order_5min") + ")"))
        .isEqualTo(lake.rows("SELECT SUM(IF(state = 'paid', amount, 0)) FROM (" + LATEST + ")"));
  }

  private void theBatchIsRight() {
    BatchRun batch = new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {});
    for (JobSpec job : lake.jobs.jobs()) {
      if (!(job instanceof IngestSpec)) {
        assertThat(batch.run(job, BOTH_DAYS)).isNotEmpty();
      }
    }
    assertThat(summary("(" + offline("dws_order_5min") + ")"))
        .isEqualTo(sorted(SUMMARY.formatted(LATEST)));
  }

  private String offline(String name) {
    JobSpec job = lake.jobs.job(name);
    return lake.tables.readSql(job, job.output() + ".branch_offline");
  }

  private List<String> summary(String relation) {
    return sorted(
        "SELECT dt, window_start, channel, row_count, orders, paid, amount, buyers FROM "
            + relation);
  }

  private List<String> sorted(String sql) {
    return lake.rows(sql).stream().sorted().toList();
  }

  private void ingest(List<String> changes) {
    lake.ingest(
        ods, changes.stream().map(change -> lake.message(ods, 0, change)).toArray(Row[]::new));
    lake.jobs.jobs().stream().filter(job -> !(job instanceof IngestSpec)).forEach(lake::catchUp);
  }

  /** Some changes of each of a few orders, some of which come before older ones. */
  private static List<String> changes(Random random) {
    List<String> changes = new ArrayList<>();
    for (int order = 0; order < 10; order++) {
      for (int version = 0; version < 4; version++) {
        changes.add(
            change(
                order,
                version,
                "c" + random.nextInt(2),
                random.nextBoolean() ? "paid" : "open",
                random.nextInt(100),
                version > 1 && random.nextInt(3) == 0));
      }
    }
    Collections.shuffle(changes, random);
    return changes;
  }

  private static String change(
      int order, int version, String channel, String state, int amount, boolean deleted) {
    return "{\"order_id\":\"o%d\",\"placed_at\":\"%sT00:%02d:30Z\",\"version\":%d,\"channel\":\"%s\",\"user_id\":\"u%d\",\"state\":\"%s\",\"amount\":%d,\"deleted\":%s}"
        .formatted(
            order,
            DAY.plusDays(order % 2),
            order,
            version,
            channel,
            order % 3,
            deleted ? "gone" : state,
            amount,
            deleted);
  }
}
