package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders and payments around midnight: whatever is read first, the rows are those of the batch, and
 * those of SQL that an analyst would write.
 */
@Tag("any-zone")
class JoinTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 13);
  private static final Range BOTH_DAYS = new Range(DAY, DAY.plusDays(1));

  private static final String ORDERS =
      "SELECT DISTINCT order_id, item, event_time, dt FROM ods.orders";
  private static final String PAYMENTS = "SELECT order_id, pay_id, event_time, dt FROM ods.payment";
  private static final String NEAR =
      "o.order_id = p.order_id AND p.event_time BETWEEN o.event_time - INTERVAL 1 MINUTE AND o.event_time + INTERVAL 10 MINUTES";

  @TempDir Path root;
  private MessageLake lake;
  private IngestSpec orders;
  private IngestSpec payments;

  private static Project project(Project project) {
    return project
        .without("jobs/a_ods.yml")
        .without("jobs/event.sql")
        .without("jobs/b_dwd.yml")
        .with("jobs/a_orders.yml", ingest("orders", "item"))
        .with("jobs/a_payment.yml", ingest("payment", "pay_id"))
        .with("jobs/order.sql", "SELECT order_id, item, source.* FROM input")
        .with("jobs/payment.sql", "SELECT order_id, pay_id, source.* FROM input")
        .with("jobs/b_left.yml", join("left", "all"))
        .with("jobs/b_full.yml", join("full", "all"))
        .with("jobs/b_first.yml", join("left", "first").replace("left_first", "first"))
        .with(
            "jobs/c_dws.yml",
            """
            job: dws_paid_1d
            input: dwd.left_all
            dimensions: [item]
            window: 1 day
            lateness: unlimited
            metrics:
              pv: { count: "*" }
              paid: { count: pay_id }
              orders: { distinct: order_id }
            output: dws.paid_1d
            """);
  }

  private static String ingest(String table, String column) {
    return """
        job: ods_%1$s
        topic: %1$s
        columns:
          order_id: string
          %2$s: string
          event_time: { type: timestamp, required: true, format: iso-8601 }
        event-time: { column: event_time }
        output: ods.%1$s
        """
        .formatted(table, column);
  }

  private static String join(String type, String partners) {
    return """
        job: dwd_%1$s_%2$s
        join:
          left: { table: ods.orders, sql: order.sql, key: [item] }
          right: { table: ods.payment, sql: payment.sql }
          on: [order_id]
          within: 10 minutes
          before: 1 minute
          type: %1$s
          partners: %2$s
        output: dwd.%1$s_%2$s
        """
        .formatted(type, partners);
  }

  private void open(String folder) {
    lake = new MessageLake(root.resolve(folder), JoinTest::project);
    orders = lake.ingest("ods_orders");
    payments = lake.ingest("ods_payment");
    lake.jobs.jobs().forEach(lake.tables::ensure);
  }

  @Test
  void aRowWithoutPartnerIsThereAtOnceAndTakenBackWhenOneComes() {
    open("one");
    lake.ingest(orders, order("a", "2026-03-13T23:55:00Z"), order("b", "2026-03-13T12:00:00Z"));
    catchUp();
    assertThat(left()).containsExactly("[2026-03-13,a,null]", "[2026-03-13,b,null]");

    lake.ingest(payments, payment("a", "p1", "2026-03-14T00:05:00Z"));
    catchUp();
    assertThat(left())
        .as("behind midnight, up to the bound, and of the day of the order")
        .containsExactly("[2026-03-13,a,p1]", "[2026-03-13,b,null]");
    assertThat(lake.rows("SELECT item, pv, paid, orders FROM dws.paid_1d_v"))
        .as("a summary takes off what is taken back")
        .containsExactly("[i,2,1,2]");

    lake.ingest(payments, payment("b", "p2", "2026-03-13T12:10:00.001Z"));
    catchUp();
    assertThat(left())
        .as("a partner behind the bound is none")
        .containsExactly("[2026-03-13,a,p1]", "[2026-03-13,b,null]");

    lake.ingest(payments, payment("a", "p0", "2026-03-13T23:54:00Z"));
    lake.ingest(payments, payment(null, "p3", "2026-03-13T12:00:00Z"));
    lake.ingest(orders, order(null, "2026-03-13T12:00:00Z"));
    catchUp();
    assertThat(left())
        .containsExactly(
            "[2026-03-13,a,p0]",
            "[2026-03-13,a,p1]",
            "[2026-03-13,b,null]",
            "[2026-03-13,null,null]");
    assertThat(lake.rows("SELECT order_id, pay_id FROM dwd.first_v WHERE order_id = 'a'"))
        .containsExactly("[a,p0]");
    assertThat(
            lake.rows(
                "SELECT order_id, item, pay_id FROM dwd.full_all_v WHERE item IS NULL ORDER BY pay_id"))
        .containsExactly("[b,null,p2]", "[null,null,p3]");
    theBatchAgrees();
    theOracleAgrees();
  }

  @Test
  void whatComesBehindTheCutOfTheLeftRowsDayIsNoPartnerOfIt() {
    open("one");
    lake.ingest(orders, order("a", "2026-03-13T23:55:00Z"), order("b", "2026-03-13T23:56:00Z"));
    lake.ingest(payments, payment("a", "p1", "2026-03-14T00:01:00Z"));
    Range first = new Range(DAY, DAY);
    Seals.seal(lake.lake.load(orders.output()), first);
    Seals.seal(lake.lake.load(payments.output()), first);
    lake.ingest(payments, payment("b", "p2", "2026-03-14T00:02:00Z"));
    catchUp();
    assertThat(left())
        .as("read together, and told apart by the cut")
        .containsExactly("[2026-03-13,a,p1]", "[2026-03-13,b,null]");
    assertThat(lake.rows("SELECT dt, pay_id FROM dwd.full_all_v WHERE item IS NULL"))
        .as("nothing that came is lost")
        .containsExactly("[2026-03-14,p2]");
    theBatchAgrees();
  }

  @Test
  void anyOrderOfArrivalGivesTheRowsOfTheBatch() {
    List<List<String>> results = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      open("run" + run);
      Random content = new Random(5);
      List<String[]> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String key = "o" + content.nextInt(5);
        String time =
            content.nextBoolean()
                ? "2026-03-13T23:%02d:00Z".formatted(45 + content.nextInt(15))
                : "2026-03-14T00:%02d:00Z".formatted(content.nextInt(15));
        all.add(new String[] {i % 2 == 0 ? "order" : "payment", key, time, "p" + i});
      }
      all.addAll(all.subList(0, 4)); // duplicates: of orders one stays, of payments both
      arrange(all, run);
      Random sizes = new Random(run);
      for (int at = 0; at < all.size(); ) {
        int end = Math.min(all.size(), at + 8 + sizes.nextInt(12));
        ingest(all.subList(at, end));
        at = end;
        // Each catch-up is a driver of its own: it knows what the tables know.
        joins().forEach(lake::catchUp);
      }
      catchUp();
      theOracleAgrees();
      theBatchAgrees();
      results.add(
          rows(
              "SELECT dt, order_id, item, pay_id, event_time, partner_event_time FROM dwd.full_all_v"));
    }
    assertThat(new HashSet<>(results)).as("in whatever order").hasSize(1);
    assertThat(rows("SELECT 1 FROM dwd.full_all WHERE takes_back")).isNotEmpty();
  }

  /** In order of chance; one side whole before the other; the other way round. */
  private static void arrange(List<String[]> all, int run) {
    if (run == 0) {
      Collections.shuffle(all, new Random(1));
    } else {
      String first = run == 1 ? "order" : "payment";
      List<String[]> later = all.stream().filter(m -> !m[0].equals(first)).toList();
      all.removeAll(later);
      all.addAll(later);
      Collections.reverse(all.subList(0, all.size() - later.size()));
    }
  }

  private void ingest(List<String[]> messages) {
    List<Row> ordered = new ArrayList<>();
    List<Row> paid = new ArrayList<>();
    for (String[] m : messages) {
      if (m[0].equals("order")) {
        ordered.add(order(m[1], m[2]));
      } else {
        paid.add(payment(m[1], m[3], m[2]));
      }
    }
    if (!ordered.isEmpty()) {
      lake.ingest(orders, ordered.toArray(Row[]::new));
    }
    if (!paid.isEmpty()) {
      lake.ingest(payments, paid.toArray(Row[]::new));
    }
  }

  @Test
  void ofManyThatWaitAMicroBatchReadsWhatTheBoundAllows() throws TimeoutException {
    open("one");
    for (int hour = 0; hour < 24; hour++) {
      List<Row> waiting = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        waiting.add(order("h%d_%d".formatted(hour, i), "2026-03-13T%02d:30:00Z".formatted(hour)));
      }
      lake.ingest(orders, waiting.toArray(Row[]::new));
    }
    catchUp();
    lake.ingest(payments, payment("h12_7", "p", "2026-03-13T12:31:00Z"));
    Set<String> read = new HashSet<>();
    lake.rows(
            "SELECT DISTINCT _file FROM ods.orders WHERE event_time BETWEEN '2026-03-13T12:00:00Z' AND '2026-03-13T13:00:00Z'")
        .forEach(read::add);
    assertThat(read).as("files in which a partner can be, of some 48").hasSizeLessThanOrEqualTo(2);
    JobSpec job = lake.jobs.job("dwd_left_all");
    long before = rowsOf("dwd.left_all");
    RowsRead counted = RowsRead.of(lake.lake.spark(), () -> lake.catchUp(job));
    assertThat(rowsOf("dwd.left_all") - before).as("the pair, and the row taken back").isEqualTo(2);
    assertThat(counted.rows())
        .as("rows read from both tables by a new driver, of 12,000 that wait")
        .isLessThan(4_000);
    assertThat(lake.rows("SELECT order_id, pay_id FROM dwd.left_all_v WHERE pay_id IS NOT NULL"))
        .containsExactly("[h12_7,p]");
    assertThat(rowsOf("dwd.left_all_v")).isEqualTo(12_000);
  }

  private long rowsOf(String table) {
    return lake.lake.spark().table(table).count();
  }

  private List<String> left() {
    return lake.rows(
        "SELECT dt, order_id, pay_id FROM dwd.left_all_v ORDER BY order_id NULLS LAST, pay_id");
  }

  /** Seals both days where they are not, and compares what readers see of both branches. */
  private void theBatchAgrees() {
    Seals.seal(lake.lake.load(orders.output()), BOTH_DAYS);
    Seals.seal(lake.lake.load(payments.output()), BOTH_DAYS);
    BatchRun batch = new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {});
    for (JobSpec job : lake.jobs.jobs()) {
      if (job instanceof IngestSpec) {
        continue;
      }
      assertThat(batch.run(job, BOTH_DAYS)).isNotEmpty();
      String table = job.output().toString();
      assertThat(rows(lake.tables.readSql(job, table)))
          .as(table)
          .isEqualTo(rows(lake.tables.readSql(job, table + ".branch_offline")))
          .isNotEmpty();
    }
  }

  /** Plain SQL over ODS as it is. */
  private void theOracleAgrees() {
    assertThat(rows("SELECT dt, order_id, item, pay_id FROM dwd.left_all_v"))
        .isEqualTo(
            rows(
                "SELECT o.dt, o.order_id, o.item, p.pay_id FROM (%s UNION ALL SELECT order_id, item, event_time, dt FROM ods.orders WHERE order_id IS NULL) o LEFT JOIN (%s) p ON %s"
                    .formatted(ORDERS + " WHERE order_id IS NOT NULL", PAYMENTS, NEAR)));
    assertThat(rows("SELECT dt, order_id, pay_id FROM dwd.full_all_v WHERE item IS NULL"))
        .isEqualTo(
            rows(
                "SELECT p.dt, p.order_id, p.pay_id FROM (%s) p LEFT ANTI JOIN (%s) o ON %s"
                    .formatted(PAYMENTS, ORDERS, NEAR)));
    assertThat(rows("SELECT dt, order_id, event_time, partner_event_time FROM dwd.first_v"))
        .isEqualTo(
            rows(
                "SELECT o.dt, o.order_id, o.event_time, MIN(p.event_time) FROM (%s) o LEFT JOIN (%s) p ON %s GROUP BY o.dt, o.order_id, o.event_time"
                    .formatted(ORDERS, PAYMENTS, NEAR)));
  }

  private List<String> rows(String sql) {
    return lake.rows(sql).stream().sorted().toList();
  }

  private List<JobSpec> joins() {
    return List.of("dwd.left_all", "dwd.full_all", "dwd.first").stream()
        .map(table -> lake.jobs.writerOf(TableName.parse(table)).orElseThrow())
        .toList();
  }

  private void catchUp() {
    lake.jobs.jobs().stream().filter(job -> !(job instanceof IngestSpec)).forEach(lake::catchUp);
  }

  private Row order(String id, String time) {
    return message(orders, id, "item", "i", time);
  }

  private Row payment(String id, String payment, String time) {
    return message(payments, id, "pay_id", payment, time);
  }

  private Row message(IngestSpec job, String id, String column, String value, String time) {
    return lake.message(
        job,
        0,
        """
        {"order_id":%s,"%s":"%s","event_time":"%s"}"""
            .formatted(id == null ? "null" : "\"" + id + "\"", column, value, time));
  }
}
