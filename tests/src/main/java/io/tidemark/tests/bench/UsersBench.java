package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.run.KnownUsers;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.tests.bench.Timings.Taken;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * How long it takes to read today's active, new and returning users when twenty million were ever
 * seen: from all days of the summary, from the users known through yesterday, and by the SQL that
 * an analyst would write over all days. Sixty days have a twentieth of the users each.
 *
 * <p>When the seconds with known users are a fraction of the others, and do not follow the number
 * of days, history does not have to be read again for each day. What it costs to make them known is
 * measured beside it: from all days, and by a day more.
 */
final class UsersBench implements Benchmark {
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);
  private static final int DAYS = 60;
  private static final LocalDate LAST_DAY = FIRST_DAY.plusDays(DAYS - 1L);
  private static final int SHARE_OF_A_DAY = 20;
  private static final int RETURNING_AFTER = 14;
  private static final String KNOWN = "known users";
  private static final String ALL = "all days";
  private static final String BY_HAND = "by hand";
  private static final String INGEST =
      """
      job: ods_bench
      topic: bench
      columns:
        user_id: string
        event_time: { type: timestamp, format: epoch-millis, required: true }
      event-time: { column: event_time }
      output: ods.bench
      """;
  private static final String SUMMARY =
      """
      job: dws_bench_user_1d
      input: ods.bench
      dimensions: [user_id]
      window: 1 day
      lateness: unlimited
      metrics:
        pv: { count: "*" }
      output: dws.bench_user_1d
      """;
  private static final String VIEW =
      """
      view: ads.bench_user_1d_v
      of: dws.bench_user_1d
      users: { user: user_id, returning-after: %d days, known: dws.bench_user_td }
      """
          .formatted(RETURNING_AFTER);

  @Override
  public String name() {
    return "users";
  }

  @Override
  public String summary() {
    return "new and returning users of a day, from known users and from all days";
  }

  @Override
  public long events() {
    return 20_000_000;
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    Path work = Folders.fresh(plan.folder(), "users-");
    try {
      return new Measured(plan, open(work), out).run();
    } finally {
      Folders.delete(work);
    }
  }

  private static LocalLakehouse open(Path home) {
    return new BenchProject(home, ZONE, 16)
        .with("jobs/bench_ods.yml", INGEST)
        .with("jobs/bench_dws.yml", SUMMARY)
        .with("views/bench.yml", VIEW)
        .open();
  }

  private record Measured(Plan plan, LocalLakehouse house, PrintWriter out) {
    boolean run() {
      house.createTables();
      fill();
      IngestSpec ods = house.ingests().get(0);
      Seals.seal(house.tables().ensure(ods), new Range(FIRST_DAY, LAST_DAY));
      ViewSpec view = house.jobs().views().get(0);
      double fromAll = roll(view, LAST_DAY.minusDays(2));
      double byADay = roll(view, LAST_DAY.minusDays(1));
      Map<String, String> sides = sides(view);
      Timings timings = new Timings();
      boolean equal = true;
      for (int round = 0; round <= plan.rounds(); round++) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (Map.Entry<String, String> side : sides.entrySet()) {
          Stopwatch watch = new Stopwatch();
          answers.put(side.getKey(), ask(side.getValue()));
          // The first round warms up.
          if (round > 0) {
            timings.add(side.getKey(), new Taken(watch.seconds(), watch.cpuSeconds()));
          }
        }
        equal &= areEqual(answers);
      }
      if (equal) {
        print(timings, fromAll, byADay);
      }
      return equal;
    }

    /** As streams and publications have left it: a file or several for each day. */
    private void fill() {
      JobSpec job = house.jobs().job("dws_bench_user_1d");
      house
          .lake()
          .spark()
          .sql(
              """
              INSERT INTO %s
              SELECT dt, user_id, count(*) AS row_count, count(*) AS pv
              FROM (SELECT DATE'%s' + CAST(id %% %d AS INT) AS dt,
                  concat('u', pmod(xxhash64(id, %dL), %dL)) AS user_id
                FROM range(%d))
              GROUP BY dt, user_id"""
                  .formatted(
                      house.lake().identifier(job.output()),
                      FIRST_DAY,
                      DAYS,
                      plan.seed(),
                      plan.events(),
                      plan.events() / SHARE_OF_A_DAY * DAYS));
    }

    private double roll(ViewSpec view, LocalDate through) {
      Stopwatch watch = new Stopwatch();
      KnownUsers.Report report =
          new KnownUsers(house.lake(), house.jobs(), house.tables()).roll(view, through);
      double seconds = watch.seconds();
      say("%,d users known through %s in %.1f s", report.users(), through, seconds);
      return seconds;
    }

    private Map<String, String> sides(ViewSpec view) {
      String question =
          "SELECT active_users, new_users, returning_users FROM %s WHERE dt = DATE'%s'";
      Map<String, String> sides = new LinkedHashMap<>();
      sides.put(KNOWN, question.formatted(house.lake().identifier(view.recent()), LAST_DAY));
      sides.put(ALL, question.formatted(house.lake().identifier(view.name()), LAST_DAY));
      sides.put(
          BY_HAND,
          """
          SELECT count(*), count_if(last_dt IS NULL), count_if(last_dt < DATE'%1$s' - %2$d)
          FROM (SELECT DISTINCT user_id FROM %3$s WHERE dt = DATE'%1$s') today
          LEFT JOIN (SELECT user_id, max(dt) AS last_dt FROM %3$s WHERE dt < DATE'%1$s'
            GROUP BY user_id) before ON today.user_id = before.user_id"""
              .formatted(LAST_DAY, RETURNING_AFTER, house.lake().identifier(view.of())));
      return sides;
    }

    private String ask(String sql) {
      return house.lake().spark().sql(sql).collectAsList().stream()
          .map(row -> row.mkString(", "))
          .collect(Collectors.joining("; "));
    }

    private boolean areEqual(Map<String, String> answers) {
      boolean equal =
          answers.values().stream().distinct().count() == 1
              && answers.values().stream().noneMatch(String::isEmpty);
      if (!equal) {
        answers.forEach((side, answer) -> say("NOT EQUAL: %s says %s", side, answer));
      }
      return equal;
    }

    private void print(Timings timings, double fromAll, double byADay) {
      TextTable table = new TextTable("read from", "median s", "min s", "max s", "cpu s");
      for (String side : timings.sides()) {
        table.add(
            side,
            hundredths(timings.median(side)),
            hundredths(timings.min(side)),
            hundredths(timings.max(side)),
            hundredths(timings.medianCpu(side)));
      }
      table.print(out);
      Benchmark.figure(out, "users.seconds-known", timings.median(KNOWN), "s");
      Benchmark.figure(out, "users.seconds-all-days", timings.median(ALL), "s");
      Benchmark.figure(
          out, "users.vs-by-hand", timings.median(BY_HAND) / timings.median(KNOWN), "ratio");
      Benchmark.figure(out, "users.roll-seconds-all-days", fromAll, "s");
      Benchmark.figure(out, "users.roll-seconds-one-day", byADay, "s");
      Benchmark.figure(out, "users.bytes-per-million", bytesPerMillion(), "bytes");
    }

    /** Of the last day whose users are known; the one before it is kept for readers. */
    private double bytesPerMillion() {
      Table table = house.lake().load(TableName.parse("dws.bench_user_td"));
      long bytes = 0;
      long users = 0;
      try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
        for (FileScanTask task : tasks) {
          bytes += task.file().fileSizeInBytes();
          users += task.file().recordCount();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes * 1e6 / Math.max(1, users);
    }

    private static double hundredths(double seconds) {
      return Math.round(seconds * 100) / 100.0;
    }

    private void say(String format, Object... values) {
      out.printf(Locale.ROOT, format + "%n", values);
      out.flush();
    }
  }
}
