package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.history.FactsReader;
import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.HistoryFacts;
import io.tidemark.reconciliation.report.JobFacts;
import io.tidemark.reconciliation.report.JobFacts.HistoryDay;
import io.tidemark.reconciliation.report.MaintenanceFacts;
import io.tidemark.reconciliation.report.MaintenanceFacts.Groups;
import io.tidemark.reconciliation.report.MaintenanceFacts.Open;
import io.tidemark.reconciliation.report.MaintenanceFacts.Replaced;
import io.tidemark.reconciliation.report.MaintenanceFacts.TableWork;
import io.tidemark.reconciliation.report.Place;
import io.tidemark.reconciliation.report.SourceFacts;
import io.tidemark.reconciliation.report.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of real days: one equal, one with a lost key; jobs that nobody compared. */
@Tag("any-zone")
class ReportTest {
  private static final LocalDate EQUAL = LocalDate.parse("2026-01-01");
  private static final LocalDate LOST = LocalDate.parse("2026-01-02");
  private static final LocalDate OPEN = LocalDate.parse("2026-01-03");

  @TempDir static Path folder;
  private static TestLake test;
  private static Instant now;
  private static DayFacts lost;

  @BeforeAll
  static void makeDays() {
    test = new TestLake(folder, "SELECT id, u, ch, n, price, amount, source.* FROM input");
    test.day(EQUAL);
    test.day(LOST);
    test.row(LOST, "late", "u1", "c0", 1L, 1.0, 9, 121);
    test.ingest();
    test.seal(TestLake.days(EQUAL, LOST));
    test.catchUp(test.dwd, test.hourly, test.running);
    test.batch(TestLake.days(EQUAL, LOST));
    test.sql("DELETE FROM dws.e_1h WHERE dt = DATE'%s' AND ch IS NULL".formatted(LOST));
    reconcile(EQUAL);
    reconcile(LOST);
    now = Instant.now().plusSeconds(5);
    lost = facts(LOST);
  }

  private static void reconcile(LocalDate day) {
    ReconcileVerb.run(
        test.reconciliation(),
        List.of(test.hourly),
        TestLake.days(day, day),
        PrintedCommands.PLAIN,
        new PrintWriter(new StringWriter()));
  }

  private static DayFacts facts(LocalDate day) {
    return new FactsReader(test.lake, test.jobs, test.reconciliation()).read(day, now);
  }

  @Test
  void aDayIsToldAsItWasReconciled() {
    DayFacts day = lost;

    assertThat(day.jobs())
        .extracting(JobFacts::name)
        .containsExactly("dws_e_1h", "dwd_e", "dws_e_tmin");
    JobFacts hourly = day.jobs().get(0);
    assertThat(hourly.verdict()).isEqualTo(Verdict.OUTSIDE);
    assertThat(hourly.run().orElseThrow().lateRows()).isEqualTo(1);
    assertThat(hourly.metrics())
        .filteredOn(metric -> metric.name().equals("pv"))
        .singleElement()
        .satisfies(
            pv -> {
              assertThat(pv.within()).isFalse();
              assertThat(pv.batch()).isEqualTo("10");
              assertThat(pv.stream()).isEqualTo("7");
              assertThat(pv.netDifference()).startsWith("3");
            });
    assertThat(hourly.worst().keys()).isNotEmpty().doesNotHaveDuplicates();
    assertThat(hourly.worst().keys())
        .as("a key that is lost differs in several metrics, and is one place")
        .anySatisfy(
            place -> {
              assertThat(place.columns()).containsEntry("ch", null).containsKey("window_start");
              assertThat(place.values())
                  .extracting(Place.Value::metric)
                  .contains("pv", "readers")
                  .doesNotHaveDuplicates();
              assertThat(place.causes()).containsExactly("lost");
              assertThat(place.evidence()).isNotBlank();
            });
    assertThat(hourly.worst().keys()).extracting(Place::columns).doesNotHaveDuplicates();
    assertThat(hourly.worst().dimensions())
        .extracting(Place::columns)
        .contains(Collections.singletonMap("ch", null))
        .doesNotHaveDuplicates();
    assertThat(hourly.freshness().lastCommit()).isBetween(now.minus(Duration.ofHours(1)), now);
    assertThat(hourly.freshness().microBatches()).isEqualTo(1);
    assertThat(day.jobs().get(1).verdict()).isEqualTo(Verdict.NOT_COMPARED);
    assertThat(day.jobs().get(2).obstacle().orElseThrow().command())
        .isEqualTo("./tidemark reconcile --day 2026-01-02 --job dws_e_tmin");
    assertThat(day.publications()).isEmpty();
    assertThat(day.ends()).isEmpty();
    assertThat(day.histories()).isEmpty();
    assertThat(day.meanTimeToPublish()).isEmpty();
  }

  @Test
  void daysWithoutAComparisonAreInTheHistory() {
    List<HistoryDay> history = lost.jobs().get(0).history();

    assertThat(history).hasSize(DayFacts.HISTORY_DAYS);
    assertThat(history.get(29).day()).isEqualTo(LOST);
    assertThat(history.get(29).within()).isFalse();
    assertThat(history.get(28).difference()).isZero();
    assertThat(history.subList(0, 28)).allMatch(day -> day.difference() == null);
  }

  @Test
  void aSourceIsToldByHowLateAndHowDisorderedItsRowsCame() {
    SourceFacts source = lost.sources().get(0);

    assertThat(source.rows()).isEqualTo(11);
    assertThat(source.pending()).isZero();
    assertThat(source.unread()).isZero();
    assertThat(source.lateness().none()).isZero();
    assertThat(source.lateness().counts()).containsExactly(0L, 0L, 10L, 0L, 0L, 1L, 0L, 0L);
    assertThat(source.lateness().longest()).isEqualTo(Duration.ofMinutes(121));
    assertThat(source.disorder().total()).isEqualTo(11);
    assertThat(source.disorder().longest()).isEqualTo(Duration.ofHours(14));
  }

  /** Rows that builds leave in their table, one of them of a version without sizes. */
  @Test
  void aHistoryIsToldByWhatItsBuildsNoted() {
    test.sql(
        "CREATE TABLE ops.tag_day (history STRING, dt DATE, state STRING, user_days BIGINT, users BIGINT, block_bytes BIGINT, user_bytes BIGINT, directory_bytes BIGINT, written_bytes BIGINT) USING iceberg");
    test.sql(
        """
        INSERT INTO ops.tag_day VALUES
          ('reading', DATE'%1$s', 'built', 7, NULL, NULL, NULL, NULL, NULL),
          ('reading', DATE'%2$s', 'withdrawn', 0, 9, 100, 300, 20, 50),
          ('orders', DATE'%2$s', 'built', 5, NULL, NULL, NULL, NULL, NULL),
          ('given up', DATE'2025-01-01', 'built', 5, 1, 1, 1, 1, 1)"""
            .formatted(EQUAL, LOST));
    try {
      List<HistoryFacts> histories = facts(LOST).histories();

      assertThat(histories)
          .containsExactly(
              new HistoryFacts("orders", "built", LOST, 5, 5, Optional.empty(), List.of()),
              new HistoryFacts(
                  "reading",
                  "withdrawn",
                  EQUAL,
                  0,
                  7,
                  Optional.of(new HistoryFacts.Sizes(9, 100, 300, 20, 50)),
                  List.of(LOST)));
      assertThat(facts(OPEN).histories())
          .extracting(HistoryFacts::state)
          .containsExactly(null, null);
    } finally {
      test.sql("DROP TABLE ops.tag_day");
    }
  }

  /** Rows as runs of compaction leave them; of an older version, without most columns. */
  @Test
  void maintenanceIsToldByWhatItsRunsRecorded() {
    test.sql(
        """
        CREATE TABLE ops.maintenance_run (dt DATE, run_id STRING, kind STRING, table_name STRING, partition STRING,
          action STRING, started_at TIMESTAMP, seconds DOUBLE, groups_done BIGINT, groups_conflicted BIGINT,
          groups_failed BIGINT, files_removed BIGINT, delete_files_removed BIGINT, files_added BIGINT,
          bytes_read BIGINT, bytes_written BIGINT, files_fewer BIGINT, outcome STRING, detail STRING) USING iceberg""");
    try {
      assertThat(facts(LOST).maintenance().orElseThrow().kinds()).isEmpty();
      test.sql(
          """
          INSERT INTO ops.maintenance_run VALUES
            (DATE'%1$s', 'r0', 'compact', 'dwd.e', 'dt=2026-01-01', 'all files', TIMESTAMP'%1$s 03:00:00', 9, 1, 0, 0, 7, 0, 1, 70, 60, 6, 'done', ''),
            (DATE'%2$s', 'r1', 'compact', '', '', 'plan', TIMESTAMP'%2$s 02:00:00', 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'done', ''),
            (DATE'%2$s', 'r1', 'compact', 'dwd.e', 'dt=2026-01-01', 'small files', TIMESTAMP'%2$s 02:01:00', 2, 1, 1, 0, 10, 2, 1, 900, 800, 11, 'partly', ''),
            (DATE'%2$s', 'r1', 'compact', 'dwd.e', '', 'manifests', TIMESTAMP'%2$s 02:02:00', 1, 1, 0, 0, 40, 0, 2, 50, 45, 38, 'done', ''),
            (DATE'%2$s', 'r1', 'compact', 'ods.e', 'dt=2026-01-01', 'small files', TIMESTAMP'%2$s 02:03:00', 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 'failed', 'once'),
            (DATE'%2$s', 'r2', 'compact', 'ods.e', 'dt=2026-01-01', 'all files', TIMESTAMP'%2$s 04:00:00', 1, 1, 0, 0, 3, 0, 1, 100, 90, 2, 'done', ''),
            (DATE'%2$s', 'r3', 'vacuum', 'dws.e_1h', '', 'orphan files', TIMESTAMP'%2$s 05:00:00', 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'failed', 'no answer'),
            (DATE'%2$s', 'r3', 'vacuum', 'dwd.e', '', 'orphan files', TIMESTAMP'%2$s 05:01:00', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'left', 'shared')"""
              .formatted(EQUAL, LOST));

      MaintenanceFacts day = facts(LOST).maintenance().orElseThrow();

      assertThat(day.kinds())
          .containsExactly(
              new MaintenanceFacts.Kind("compact", 2, 5.5),
              new MaintenanceFacts.Kind("vacuum", 1, 4.0));
      assertThat(day.tables())
          .containsExactly(
              new TableWork(
                  "dws.e_1h",
                  4,
                  Groups.NONE,
                  replaced(0, 0, 0, 0),
                  replaced(0, 0, 0, 0),
                  0,
                  0,
                  0,
                  0,
                  true),
              new TableWork(
                  "ods.e",
                  2,
                  new Groups(1, 0, 1),
                  replaced(3, 1, 100, 90),
                  replaced(0, 0, 0, 0),
                  2,
                  0,
                  0,
                  0,
                  false),
              new TableWork(
                  "dwd.e",
                  3,
                  new Groups(2, 1, 0),
                  replaced(12, 1, 900, 800),
                  replaced(40, 2, 50, 45),
                  11,
                  0,
                  0,
                  0,
                  false));
      assertThat(day.open())
          .as("what failed once and was done since is not open")
          .extracting(Open::table, Open::failed, Open::times, Open::detail)
          .containsExactly(
              tuple("dws.e_1h", true, 1L, "no answer"), tuple("dwd.e", false, 1L, "shared"));
      assertThat(day.days()).hasSize(MaintenanceFacts.DAYS);
      assertThat(day.days().subList(11, 14))
          .extracting(MaintenanceFacts.Day::bytes)
          .containsExactly(0L, 70L, 1_000L);
      assertThat(facts(LOST).failedMaintenance()).isEqualTo(1);
    } finally {
      test.sql("DROP TABLE ops.maintenance_run");
    }
    assertThat(facts(LOST).maintenance()).isEmpty();
  }

  private static Replaced replaced(long files, long after, long bytes, long bytesAfter) {
    return new Replaced(files, after, bytes, bytesAfter);
  }

  @Test
  void aDayThatNobodyClosedSaysWhatToRun() {
    DayFacts day = facts(OPEN);

    assertThat(day.count(Verdict.NOT_COMPARED)).isEqualTo(3);
    assertThat(day.jobs().get(0).obstacle().orElseThrow().command())
        .startsWith("./tidemark seal --day 2026-01-03");
    assertThat(day.sources().get(0).rows()).isZero();
  }

  @Test
  void aJobThatHasNeverRunHereIsNoPartOfTheVerdict() {
    AggregateSpec never =
        new AggregateSpec(
            "dws_never",
            "",
            "",
            test.dwd.output(),
            List.of("ch"),
            Window.ONE_HOUR,
            Lateness.UNLIMITED,
            List.of(new MetricSpec("pv", Function.COUNT, "*")),
            TableName.parse("dws.never"),
            ReconcilePolicy.DEFAULT);
    JobCatalog jobs = new JobCatalog(List.of(test.ods, test.dwd, test.hourly, test.running, never));

    DayFacts day = new FactsReader(test.lake, jobs, test.reconciliation()).read(LOST, now);

    assertThat(day.jobs()).hasSize(4);
    assertThat(day.jobs().get(3).name()).isEqualTo("dws_never");
    assertThat(day.jobs().get(3).verdict()).isEqualTo(Verdict.NOT_RUN);
    assertThat(day.jobs().get(3).asksForMail()).isFalse();
    assertThat(day.running()).isEqualTo(3);
  }

  /** What Spark calls otherwise is said in the page's own text. */
  @Test
  void theQueriesOfTheDocumentationRun() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "reconciliation.md"));
    String report = page.substring(page.indexOf("## The report"));
    String sql = report.substring(report.indexOf("```sql") + 6);
    List<String> queries =
        Arrays.stream(sql.substring(0, sql.indexOf("```")).split(";"))
            .filter(query -> !query.isBlank() && !query.contains("ops.publication"))
            .toList();

    assertThat(queries).hasSize(3);
    for (String query : queries) {
      assertThat(test.lake.spark().sql(query).collectAsList()).as(query).isNotNull();
    }
  }

  @Test
  void theVerbWritesTheReportAndSaysThatThereIsNoMail(@TempDir Path reports) throws IOException {
    StringWriter out = new StringWriter();
    int code =
        new ReportVerb.Run(
                reports, null, null, Clock.systemUTC(), PrintedCommands.PLAIN, new PrintWriter(out))
            .report(lost, true, false);

    assertThat(code).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .startsWith("✗ 2026-01-02 1 of 3 jobs outside tolerance, 2 not compared")
        .contains("report.html", "mail: none, environment test has no mail server");
    Path day = reports.resolve("2026-01-02");
    assertThat(Files.readString(day.resolve("report.txt")))
        .contains("dws_e_1h  outside tolerance", "--env test", "up to 6 hours 1 (9.1 %)");
    assertThat(Files.readString(day.resolve("report.csv"))).contains("\"dws_e_1h\",\"\",\"outside");
    assertThat(Files.readString(day.resolve("report.html"))).contains("src=\"trend-1.png\"");
    assertThat(day.resolve("trend-1.png")).isNotEmptyFile();
  }
}
