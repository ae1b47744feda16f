package io.tidemark.tests.demo;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.cli.RowTable;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.tests.app.Ledger;
import io.tidemark.tests.app.OrderChanges;
import io.tidemark.tests.app.OrderChanges.Order;
import io.tidemark.tests.app.ReadingApp;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the demo shows at its end: rows in and out, dead letters, tables, and where to look next.
 */
final class DemoSummary {
  /** What the shop's database changes. */
  static final String CHANGE_TOPIC = "shop.public.orders";

  private static final String ORDER = "order_id";
  private static final String[] ORDER_SHOWN = {
    "user_id", "status", "amount", "ordered_at", "is_deleted", "change_op", "log_offset"
  };
  private static final int ROWS_SHOWN = 4;
  private static final int ROWS_SHOWN_OF_ANY = 20;

  private final LocalLakehouse house;
  private final LocalDate day;
  private final String environment;
  private final PrintWriter out;

  DemoSummary(LocalLakehouse house, LocalDate day, String environment, PrintWriter out) {
    this.house = house;
    this.day = day;
    this.environment = environment;
    this.out = out;
  }

  /** The jobs of the demo: those behind the reading app's two topics and the shop's. */
  static List<JobSpec> shown(JobCatalog jobs) {
    Set<String> topics = Set.of(ReadingApp.READING_TOPIC, ReadingApp.ORDER_TOPIC, CHANGE_TOPIC);
    return jobs.jobs().stream()
        .filter(
            job ->
                job instanceof IngestSpec ingest
                    ? topics.contains(ingest.topic())
                    : jobs.roots(job).stream().map(IngestSpec::topic).allMatch(topics::contains))
        .toList();
  }

  /** Prints it; false when messages and rows do not add up. */
  boolean print(Ledger ledger, OrderChanges orders) {
    boolean balanced = messages(ledger.messages() + orders.messages());
    deadLetters();
    for (JobSpec job : shown(house.jobs())) {
      if (job instanceof AggregateSpec aggregate) {
        firstRows(aggregate);
      }
      if (job instanceof MirrorSpec mirror) {
        balanced &= mirror(mirror, orders);
      }
    }
    next();
    return balanced;
  }

  private boolean messages(long sent) {
    TextTable table =
        new TextTable("table", "rows read", "rows written", "dead letters", "dropped", "late")
            .ofCounts();
    long rows = 0;
    long dead = 0;
    for (JobSpec job : shown(house.jobs())) {
      MicroBatchReport totals = MicroBatchReport.of(job.name(), house.lake().load(job.output()));
      if (job instanceof IngestSpec ingest) {
        long letters = count(ingest.deadLetters());
        rows += count(job.output());
        dead += letters;
        table.add(job.output(), totals.read(), totals.written(), letters, null, null);
      } else {
        table.add(
            job.output(),
            totals.read(),
            totals.written(),
            null,
            job instanceof TransformSpec ? totals.dropped() : null,
            job instanceof AggregateSpec ? totals.late() : null);
      }
    }
    table.print(out);
    out.printf(
        "dropped: seen before, or filtered by the job's SQL. late: left to the batch. A summary%n"
            + "writes what each micro-batch adds, a mirror the latest of its keys; their views show one%n"
            + "row per key.%n");
    boolean balanced = sent == rows + dead;
    out.printf(
        "%n%,d messages sent = %,d rows in ODS + %,d dead letters: %s%n",
        sent, rows, dead, balanced ? "nothing lost, nothing doubled" : "DOES NOT ADD UP");
    return balanced;
  }

  private long count(TableName table) {
    return house.lake().spark().table(house.lake().identifier(table)).count();
  }

  private void deadLetters() {
    String union =
        house.ingests().stream()
            .map(job -> "SELECT * FROM " + house.lake().identifier(job.deadLetters()))
            .collect(Collectors.joining(" UNION ALL "));
    out.printf("%nDead letters by reason%n");
    show(
        house
            .lake()
            .spark()
            .sql(
                "SELECT reason, count(*) AS messages, first(detail) AS for_example FROM ("
                    + union
                    + ") GROUP BY reason ORDER BY messages DESC"));
  }

  private void firstRows(AggregateSpec job) {
    out.printf("%n%s (%s)%n", job.view().orElseThrow(), job.description());
    Dataset<Row> rows = house.main(job).where(col(SystemColumns.DT).equalTo(lit(day)));
    String first = job.window().hasStart() ? AggregateSql.WINDOW_START : SystemColumns.DT;
    show(
        rows.orderBy(col(first), col(AggregateSql.ROW_COUNT).desc())
            .drop(SystemColumns.DT)
            .limit(ROWS_SHOWN));
  }

  /** Prints a mirror; false when it is not as the table that it mirrors. */
  private boolean mirror(MirrorSpec job, OrderChanges orders) {
    out.printf("%n%s (%s)%n", job.view().orElseThrow(), job.description());
    Dataset<Row> rows = house.main(job);
    show(rows.select(ORDER, ORDER_SHOWN).orderBy(ORDER).limit(ROWS_SHOWN));
    Map<Long, Order> shop = orders.orders();
    Map<Long, String> shown = new TreeMap<>();
    for (Row row : rows.select(ORDER, "status", "is_deleted").collectAsList()) {
      shown.put(row.getLong(0), row.getBoolean(2) ? null : row.getString(1));
    }
    boolean equal =
        shown.keySet().equals(shop.keySet())
            && shop.entrySet().stream()
                .allMatch(e -> Objects.equals(shown.get(e.getKey()), e.getValue().status()));
    long deleted = shop.values().stream().filter(Order::isDeleted).count();
    out.printf(
        "%,d changes came to %,d orders and %,d that were deleted: %s%n",
        orders.messages(),
        shop.size() - deleted,
        deleted,
        equal ? "the mirror is as the shop's table" : "THE MIRROR IS NOT AS THE SHOP'S TABLE");
    return equal;
  }

  private void show(Dataset<Row> rows) {
    RowTable.ofCounts(rows, ROWS_SHOWN_OF_ANY).print(out);
  }

  private void next() {
    out.printf(
        """

        Where to look next
          ./tidemark sql --env %1$s "SHOW TABLES IN dws"
          ./tidemark sql --env %1$s "SELECT * FROM dws.reading_channel_1h_v WHERE dt = DATE'%2$s' ORDER BY window_start, channel"
          ./tidemark sql --env %1$s "SELECT status, count(*) FROM dwd.shop_order_v WHERE NOT is_deleted GROUP BY status"
          ./tidemark metrics --env %1$s seconds_per_reader      where its values come from, column by column
          ./tidemark sql --env %1$s "SELECT job, metric, cause, keys, part FROM ops.reconciliation_cause"
          ./tidemark sql --env %1$s "SELECT * FROM dws.reading_history_td_v LIMIT 5"      a row per reader
          ./tidemark tags query --env %1$s --by channels,level --where "favourite = 'video'"
          ./tidemark publish --env %1$s --undo %2$s      puts main back as the streams wrote it
          open .tidemark/demo/reports/%2$s/report.html in a browser
          ./tidemark sql --env %1$s "SELECT reason, detail, decode(message_value, 'UTF-8') FROM ods.reading_event_dead_letter"
          ./tidemark settings --env %1$s      settings with which a plain spark-sql reads the same tables
        """,
        environment, day);
    out.flush();
  }
}
