package io.tidemark.tests.bench;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.publish.JobOutcome;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import io.tidemark.reconciliation.publish.Publishing;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import io.tidemark.tests.bench.Timings.Taken;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How long a day's publish takes, with ten thousand rows and with a thousand times as many: from
 * the check that the recorded comparison still holds to the row in {@code ops.publication}. The
 * day's rows come to ODS in ten commits; stream, batch and comparison are the real ones, and after
 * each round the day is put back and compared again.
 *
 * <p>When the seconds at the large size are about those at the small one, no row is touched.
 */
final class PublishBench implements Benchmark {
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final LocalDate DAY = LocalDate.of(2026, 1, 15);
  private static final long SMALL = 10_000;
  private static final int COMMITS = 10;
  private static final String INGEST =
      """
      job: ods_bench
      topic: bench
      columns:
        event_id: bigint
        user_id: bigint
        channel: string
        amount: decimal(12,2)
        event_time: { type: timestamp, format: epoch-millis, required: true }
      event-time: { column: event_time }
      output: ods.bench
      """;
  private static final String TRANSFORM =
      """
      job: dwd_bench
      input: ods.bench
      sql: bench.sql
      output: dwd.bench
      """;

  @Override
  public String name() {
    return "publish";
  }

  @Override
  public String summary() {
    return "seconds to publish a day, whatever its rows";
  }

  @Override
  public long events() {
    return 10_000_000;
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    Path work = Folders.fresh(plan.folder(), "publish-");
    try {
      Timings small = new Timings();
      Timings large = new Timings();
      boolean equal =
          new Size(plan, work.resolve("warm-up"), SMALL, out).measure(new Timings())
              && new Size(plan, work.resolve("small"), SMALL, out).measure(small)
              && new Size(plan, work.resolve("large"), plan.events(), out).measure(large);
      if (equal) {
        print(plan, small, large, out);
      }
      return equal;
    } finally {
      Folders.delete(work);
    }
  }

  private static void print(Plan plan, Timings small, Timings large, PrintWriter out) {
    TextTable table = new TextTable("rows", "median s", "min s", "max s", "cpu s");
    addRow(table, SMALL, small);
    addRow(table, plan.events(), large);
    table.print(out);
    Benchmark.figure(out, "publish.seconds-10k-rows", small.median(""), "s");
    Benchmark.figure(out, "publish.seconds-10m-rows", large.median(""), "s");
  }

  private static void addRow(TextTable table, long rows, Timings timings) {
    table.add(
        String.format(Locale.ROOT, "%,d", rows),
        hundredths(timings.median("")),
        hundredths(timings.min("")),
        hundredths(timings.max("")),
        hundredths(timings.medianCpu("")));
  }

  private static double hundredths(double seconds) {
    return Math.round(seconds * 100) / 100.0;
  }

  /** One size, in a lakehouse of its own. */
  private static final class Size {
    private final Plan plan;
    private final long rows;
    private final PrintWriter out;
    private final LocalLakehouse house;
    private final JobSpec job;

    Size(Plan plan, Path home, long rows, PrintWriter out) {
      this.plan = plan;
      this.rows = rows;
      this.out = out;
      this.house = open(home);
      this.job = house.jobs().job("dwd_bench");
    }

    private static LocalLakehouse open(Path home) {
      return new BenchProject(home, ZONE, 4)
          .with("jobs/bench_ods.yml", INGEST)
          .with("jobs/bench_dwd.yml", TRANSFORM)
          .with(
              "jobs/bench.sql", "SELECT event_id, user_id, channel, amount, source.* FROM input\n")
          .open();
    }

    boolean measure(Timings timings) {
      house.createTables();
      ingest();
      house.seal(DAY, DAY);
      house.catchUp(house.recomputed());
      house.batch(List.of(job), DAY, DAY);
      say("%,d rows on both sides", rows);
      Publishing publishing = new Publishing(house.lake(), house.jobs());
      boolean published = true;
      for (int i = 1; published && i <= plan.rounds(); i++) {
        publishing.undo(List.of(job), DAY);
        compare();
        Stopwatch watch = new Stopwatch();
        JobOutcome outcome = publishing.publish(List.of(job), DAY, Wish.BY_POLICY).get(0);
        Taken taken = new Taken(watch.seconds(), watch.cpuSeconds());
        timings.add("", taken);
        say("%,11d rows  round %d  %6.2f s  %s", rows, i, taken.seconds(), outcome.text());
        published = outcome.status() == Status.DONE;
      }
      return published && isEqual();
    }

    /** As the ingest job would have read them. */
    private void ingest() {
      IngestSpec ingest = house.ingests().get(0);
      Table ods = house.tables().ensure(ingest);
      Marker last = Commits.takeOver(ods, ingest.name(), "bench");
      for (int i = 0; i < COMMITS; i++) {
        StagedFiles staged = StagedFiles.write(ods, part(i), Layout.AS_THEY_COME);
        last = new Marker(ingest.name(), "bench", last.epoch(), last.batch() + 1, "" + i, Map.of());
        Commits.append(staged, last, TableState.of(ods).sealedDays(), Map.of());
        ods.refresh();
      }
    }

    private Dataset<Row> part(int number) {
      long size = rows / COMMITS;
      String time =
          "timestamp'%s 00:00:00' + make_dt_interval(0, 0, 0, id %% 86400)".formatted(DAY);
      return house
          .lake()
          .spark()
          .range(number * size, (number + 1) * size, 1, 2)
          .selectExpr(
              "id AS event_id",
              "hash(id, %dL) %% 100000L AS user_id".formatted(plan.seed()),
              "concat('c', id % 50) AS channel",
              "CAST(id % 10000 / 100 AS DECIMAL(12,2)) AS amount",
              time + " AS event_time",
              "DATE'%s' AS dt".formatted(DAY),
              "'bench' AS kafka_topic",
              "CAST(0 AS INT) AS kafka_partition",
              "id AS kafka_offset",
              time + " AS kafka_time",
              number + "L AS ingest_batch",
              "false AS pending");
    }

    private void compare() {
      Reconciliation reconciliation =
          new Reconciliation(
              house.lake(), house.jobs(), house.tables(), Clock.systemUTC(), text -> {});
      reconciliation.record(
          reconciliation.compare(
              DAY, reconciliation.pin(List.of(job), new Range(DAY, DAY)).get(DAY)));
    }

    /** Whether main holds the batch's rows and no others. */
    private boolean isEqual() {
      String sum = "sum(xxhash64(event_id, user_id, channel, amount, event_time) % 1000000007)";
      Row main = house.main(job).selectExpr("count(*)", sum).head();
      Row offline = house.offline(job).selectExpr("count(*)", sum).head();
      boolean equal = main.equals(offline) && main.getLong(0) == rows / COMMITS * COMMITS;
      if (!equal) {
        say("NOT EQUAL: main has %s, the batch %s", main, offline);
      }
      return equal;
    }

    private void say(String format, Object... values) {
      out.printf(Locale.ROOT, format + "%n", values);
      out.flush();
    }
  }
}
