package io.tidemark.tests.demo;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.cli.RowTable;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.tests.app.Ledger;
import io.tidemark.tests.app.ReadingApp;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the demo shows at its end: rows in and out, dead letters, tables, and where to look next.
 */
final class DemoSummary {
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

  /** The jobs of the reading app: those behind its two topics. */
  static List<JobSpec> shown(JobCatalog jobs) {
    Set<String> topics = Set.of(ReadingApp.READING_TOPIC, ReadingApp.ORDER_TOPIC);
    return jobs.jobs().stream()
        .filter(
            job ->
                job instanceof IngestSpec ingest
                    ? topics.contains(ingest.topic())
                    : jobs.roots(job).stream().map(IngestSpec::topic).allMatch(topics::contains))
        .toList();
  }

  /** Prints it; false when messages and rows do not add up. */
  boolean print(Ledger ledger) {
    boolean balanced = messages(ledger);
    deadLetters();
    for (JobSpec job : shown(house.jobs())) {
      if (job instanceof AggregateSpec aggregate) {
        firstRows(aggregate);
      }
    }
    next();
    return balanced;
  }

  private boolean messages(Ledger ledger) {
    long sent = ledger.messages();
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
        boolean drops = job instanceof TransformSpec;
        table.add(
            job.output(),
            totals.read(),
            totals.written(),
            null,
            drops ? totals.dropped() : null,
            drops ? null : totals.late());
      }
    }
    table.print(out);
    out.printf(
        "dropped: seen before, or filtered by the job's SQL. late: left to the batch. A summary%n"
            + "writes what each micro-batch adds; its view shows one row per key.%n");
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
    out.printf("%n%s (%s)%n", JobTables.viewOf(job), job.description());
    Dataset<Row> rows = house.main(job).where(col(SystemColumns.DT).equalTo(lit(day)));
    String first = job.window().hasStart() ? AggregateSql.WINDOW_START : SystemColumns.DT;
    show(
        rows.orderBy(col(first), col(AggregateSql.ROW_COUNT).desc())
            .drop(SystemColumns.DT)
            .limit(ROWS_SHOWN));
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
          ./tidemark sql --env %1$s "SELECT * FROM ops.reconciliation_metric"
          ./tidemark sql --env %1$s "SELECT reason, detail, decode(message_value, 'UTF-8') FROM ods.reading_event_dead_letter"
          ./tidemark settings --env %1$s      settings with which a plain spark-sql reads the same tables
        """,
        environment, day);
    out.flush();
  }
}
