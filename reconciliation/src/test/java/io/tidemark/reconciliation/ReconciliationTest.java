package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.reconciliation.explain.CauseExplainer;
import io.tidemark.reconciliation.plan.DayReport;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.MetricResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real days on a real catalog: both sides are made by the stream and the batch, then each day of
 * {@code main} is damaged in its own way. A test looks at its own day alone.
 */
class ReconciliationTest {
  /** No time of a day plays a part in it. */
  private static final String ANY_ZONE = "any-zone";

  private static final LocalDate EQUAL = LocalDate.parse("2026-01-01");
  private static final LocalDate LOST = LocalDate.parse("2026-01-02");
  private static final LocalDate DOUBLED = LocalDate.parse("2026-01-03");
  private static final LocalDate CHANGED = LocalDate.parse("2026-01-04");
  private static final LocalDate OPPOSITE = LocalDate.parse("2026-01-05");
  private static final LocalDate UNUSUAL = LocalDate.parse("2026-01-06");
  private static final LocalDate EMPTY = LocalDate.parse("2026-01-07");
  private static final LocalDate NOT_IN_STREAM = LocalDate.parse("2026-01-08");
  private static final LocalDate NOT_IN_BATCH = LocalDate.parse("2026-01-09");
  private static final LocalDate LATE = LocalDate.parse("2026-01-10");

  @TempDir static Path folder;
  private static TestLake test;
  private static Reconciliation reconciliation;

  @BeforeAll
  static void makeBothSides() {
    test = new TestLake(folder, "SELECT id, u, ch, n, price, amount, source.* FROM input");
    for (LocalDate day : List.of(EQUAL, LOST, DOUBLED, CHANGED, OPPOSITE, UNUSUAL, NOT_IN_STREAM)) {
      test.day(day);
    }
    test.row(LATE, "x", "u1", "c0", 1L, 1.0, 9, 1);
    test.row(LATE, "y", "u2", "c0", 1L, 1.0, 9, 121);
    test.ingest();
    test.seal(TestLake.days(EQUAL, LATE));
    test.catchUp(test.dwd, test.hourly, test.running);
    test.batch(TestLake.days(EQUAL, LATE));
    damage();
    olderResults();
    reconciliation = test.reconciliation();
  }

  /** Tables of results as a version made them that did not know the last columns. */
  private static void olderResults() {
    test.lake.ensure(
        ResultTables.METRICS, without(ResultRows.METRIC_SCHEMA, "net_difference"), Map.of());
    test.lake.ensure(
        ResultTables.KEYS, without(ResultRows.KEY_SCHEMA, "causes", "evidence"), Map.of());
    test.sql(
        "INSERT INTO ops.reconciliation_metric (dt, job, metric, within) VALUES (DATE'%s', 'gone', 'pv', TRUE)"
            .formatted(LOST));
    test.sql(
        "INSERT INTO ops.reconciliation_key (dt, job, metric, key) VALUES (DATE'%s', 'gone', 'pv', '{}')"
            .formatted(LOST));
  }

  private static StructType without(StructType schema, String... names) {
    return new StructType(
        Arrays.stream(schema.fields())
            .filter(field -> !List.of(names).contains(field.name()))
            .toArray(StructField[]::new));
  }

  private static void damage() {
    test.sql("DELETE FROM dwd.e WHERE dt = DATE'%s' AND id = 'a1'".formatted(LOST));
    test.sql("DELETE FROM dws.e_1h WHERE dt = DATE'%s' AND ch IS NULL".formatted(LOST));
    test.replaceDays(
        "SELECT * FROM dwd.e WHERE dt = DATE'%1$s' UNION ALL SELECT * FROM dwd.e WHERE dt = DATE'%1$s' AND kafka_offset %% 10 IN (2, 6)"
            .formatted(DOUBLED),
        "dwd.e");
    test.sql(
        "INSERT INTO dws.e_1h SELECT * FROM dws.e_1h WHERE dt = DATE'%s' AND ch = '%s'"
            .formatted(DOUBLED, TestLake.UNICODE.replace("'", "\\'")));
    test.sql(
        "UPDATE dwd.e SET ch = NULL, u = 'c1' WHERE dt = DATE'%s' AND id = 'a1'"
            .formatted(CHANGED));
    test.sql(
        "UPDATE dws.e_1h SET n_sum = n_sum + CASE ch WHEN 'c0' THEN 10 ELSE -10 END WHERE dt = DATE'%s' AND hour(window_start) = 9 AND ch IN ('c0', 'c1')"
            .formatted(OPPOSITE));
    test.sql(
        "UPDATE dws.e_1h SET n_sum = NULL, price_sum = -0.0D WHERE dt = DATE'%s' AND hour(window_start) = 23"
            .formatted(UNUSUAL));
    test.sql(
        "UPDATE dws.e_1h SET price_sum = DOUBLE('NaN') WHERE dt = DATE'%s' AND ch IS NULL"
            .formatted(UNUSUAL));
    test.sql(
        "UPDATE dws.e_1h SET price_sum = price_sum * (1 + 1e-12D), last_seen = last_seen - INTERVAL 1 SECOND WHERE dt = DATE'%s' AND ch = 'c1' AND hour(window_start) = 8"
            .formatted(UNUSUAL));
    test.sql("DELETE FROM dws.e_1h WHERE dt = DATE'%s'".formatted(NOT_IN_STREAM));
    test.sql(
        "INSERT INTO dws.e_1h (%s, dt) SELECT * EXCEPT (dt), DATE'%s' FROM dws.e_1h WHERE dt = DATE'%s'"
            .formatted(columnsButDt(), NOT_IN_BATCH, EQUAL));
  }

  private static String columnsButDt() {
    return String.join(", ", test.lake.spark().table("dws.e_1h").drop("dt").columns());
  }

  @Test
  void anEqualDayIsWithin() {
    DayResult day = compare(EQUAL, test.dwd, test.hourly, test.running);

    assertThat(day.within()).isTrue();
    assertThat(day.jobs()).allSatisfy(job -> assertThat(job.equal()).isTrue());
    assertThat(metric(day, "dwd_e", "rows").batch()).isEqualTo("9");
    assertThat(metric(day, "dws_e_1h", "pv").stream()).isEqualTo("9");
    assertThat(day.jobs().get(1).keys()).isEqualTo(8);
    assertThat(exitCode(EQUAL)).isEqualTo(ExitCodes.OK);
    assertThat(stored(ResultTables.METRICS, EQUAL, "dwd_e")).hasSize(2);
    assertThat(test.said).contains(EQUAL + " dwd_e: equal");
    Row run = stored(ResultTables.RUNS, EQUAL, "dws_e_1h").get(0);
    assertThat(run.<Boolean>getAs("equal")).isTrue();
    assertThat(run.<Long>getAs("compared_keys")).isEqualTo(8);
    assertThat(run.<Long>getAs("input_rows")).isEqualTo(9);
    assertThat(run.<java.time.Instant>getAs("sealed_at"))
        .isBefore(run.<java.time.Instant>getAs("batched_at"));
    assertThat(stored(ResultTables.KEYS, EQUAL, "%")).isEmpty();
  }

  @Test
  @Tag(ANY_ZONE)
  void aLostRowIsOneDifferingKey() {
    DayResult day = compare(LOST, test.dwd);
    MetricResult rows = metric(day, "dwd_e", "rows");

    assertThat(rows.within()).isFalse();
    assertThat(test.said).contains(LOST + " dwd_e: 1 differing key, looking for causes");
    assertThat(rows.measure().differing()).isEqualTo(1);
    assertThat(rows.measure().share()).isEqualTo(1 / 9.0);
    assertThat(rows.worst()).hasSize(1);
    assertThat(rows.worst().get(0).key()).containsExactly(java.util.Map.entry("id", "a1"));
    assertThat(rows.worst().get(0).stream()).isEqualTo("(no row)");
    assertThat(metric(day, "dwd_e", "content").measure().differing()).isZero();
    assertThat(exitCode(LOST, test.dwd)).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
  }

  @Test
  @Tag(ANY_ZONE)
  void aLostKeyWithNullIsFound() {
    MetricResult pv = metric(compare(LOST, test.hourly), "dws_e_1h", "pv");

    assertThat(pv.measure().differing()).isEqualTo(1);
    assertThat(pv.worst().get(0).key()).containsEntry("ch", null);
    assertThat(pv.worst().get(0).batch()).isEqualTo("2");
    assertThat(pv.net()).isEqualByComparingTo("2");
  }

  @Test
  @Tag(ANY_ZONE)
  void aDifferenceIsToldByTheValueOfADimension() {
    JobResult job = compare(OPPOSITE, test.hourly).jobs().get(0);

    assertThat(job.differing()).isEqualTo(2);
    assertThat(job.dimensions())
        .extracting(
            at ->
                at.metric()
                    + " "
                    + at.dimension()
                    + "="
                    + at.value()
                    + " "
                    + at.distance()
                    + " "
                    + at.keys())
        .containsExactly("n_sum ch=c0 10 1", "n_sum ch=c1 10 1");
  }

  @Test
  @Tag(ANY_ZONE)
  void aDoubledRowIsADifferenceOfRowsAndNotOfContent() {
    DayResult day = compare(DOUBLED, test.dwd, test.hourly);
    MetricResult rows = metric(day, "dwd_e", "rows");

    assertThat(rows.stream()).isEqualTo("11");
    assertThat(rows.worst())
        .extracting(key -> key.shownKey(DOUBLED))
        .contains("id=a2")
        .anyMatch(key -> key.startsWith("kafka_topic=e, kafka_partition=0, kafka_offset="));
    assertThat(metric(day, "dwd_e", "content").measure().differing()).isZero();
    assertThat(metric(day, "dws_e_1h", "pv").worst().get(0).key())
        .containsEntry("ch", TestLake.UNICODE);
  }

  @Test
  @Tag(ANY_ZONE)
  void aChangedRowSaysWhichColumns() {
    MetricResult content = metric(compare(CHANGED, test.dwd), "dwd_e", "content");

    assertThat(content.measure().share()).isEqualTo(1 / 9.0);
    assertThat(content.worst()).hasSize(1);
    assertThat(content.worst().get(0).stream()).isEqualTo("u=c1, ch=NULL");
    assertThat(content.worst().get(0).batch()).isEqualTo("u=u1, ch=c1");
  }

  @Test
  @Tag(ANY_ZONE)
  void oppositeDifferencesDoNotCancel() {
    MetricResult sum = metric(compare(OPPOSITE, test.hourly), "dws_e_1h", "n_sum");

    assertThat(sum.stream()).isEqualTo(sum.batch());
    assertThat(sum.measure().differing()).isEqualTo(2);
    assertThat(sum.measure().distance()).isEqualByComparingTo("20");
    assertThat(sum.within()).isFalse();
  }

  @Test
  void nanAndNullAreDifferencesAndMinusZeroIsNone() {
    DayResult day = compare(UNUSUAL, test.hourly);
    MetricResult price = metric(day, "dws_e_1h", "price_sum");
    MetricResult n = metric(day, "dws_e_1h", "n_sum");
    MetricResult lastSeen = metric(day, "dws_e_1h", "last_seen");

    assertThat(price.measure().differing()).isEqualTo(1);
    assertThat(price.measure().broken()).isEqualTo(1);
    assertThat(price.measure().share()).isEqualTo(1);
    assertThat(price.worst().get(0).stream()).isEqualTo("NaN");
    assertThat(n.measure().silent()).isEqualTo(1);
    assertThat(n.measure().share()).isEqualTo(1 / 8.0);
    assertThat(n.worst().get(0).stream()).isEqualTo("NULL");
    assertThat(lastSeen.measure().share()).isEqualTo(1 / 8.0);
    assertThat(lastSeen.stream()).isEqualTo(UNUSUAL + " 23:59:00");
  }

  @Test
  @Tag(ANY_ZONE)
  void anEmptyDayIsEqual() {
    DayResult day = compare(EMPTY, test.dwd, test.hourly, test.running);

    assertThat(day.within()).isTrue();
    assertThat(day.jobs()).allSatisfy(job -> assertThat(job.keys()).isZero());
  }

  @Test
  @Tag(ANY_ZONE)
  void aDayThatOneSideLacksDiffersByAllOfIt() {
    MetricResult lost = metric(compare(NOT_IN_STREAM, test.hourly), "dws_e_1h", "pv");
    MetricResult extra = metric(compare(NOT_IN_BATCH, test.hourly), "dws_e_1h", "pv");

    assertThat(lost.measure().share()).isEqualTo(1);
    assertThat(lost.stream()).isNull();
    assertThat(lost.worst()).hasSize(8);
    assertThat(lost.net()).isEqualByComparingTo("9");
    assertThat(extra.net()).isEqualByComparingTo("-9");
    assertThat(extra.measure().share()).isEqualTo(1);
    assertThat(extra.within()).isFalse();
  }

  @Test
  void lateRowsAreCounted() {
    DayResult day = compare(LATE, test.dwd, test.hourly, test.running);
    JobResult hourly = day.jobs().get(1);

    assertThat(day.jobs().get(0).within()).isTrue();
    assertThat(hourly.late().orElseThrow().late()).isEqualTo(1);
    assertThat(hourly.late().orElseThrow().rows()).isEqualTo(2);
    assertThat(metric(day, "dws_e_1h", "pv").measure().share()).isEqualTo(0.5);
    assertThat(day.jobs().get(2).within()).isTrue();
    assertThat(String.join("\n", DayReport.lines(day)))
        .contains("late: 1 of 2 rows of input came more than 2 hours after the event");
  }

  @Test
  @Tag(ANY_ZONE)
  void resultsOfAnOlderVersionStayBesideThoseOfToday() {
    exitCode(LOST, test.dwd);

    assertThat(stored(ResultTables.METRICS, LOST, "gone"))
        .singleElement()
        .satisfies(row -> assertThat(row.<String>getAs("net_difference")).isNull());
    assertThat(stored(ResultTables.KEYS, LOST, "gone")).hasSize(1);
    assertThat(stored(ResultTables.METRICS, LOST, "dwd_e").get(0).<String>getAs("net_difference"))
        .isNotNull();
    assertThat(stored(ResultTables.KEYS, LOST, "dwd_e").get(0).<String>getAs("evidence"))
        .isNotEmpty();
  }

  @Test
  @Tag(ANY_ZONE)
  void aRerunLeavesTheSameRowsAndThoseOfOtherJobs() {
    exitCode(LOST, test.dwd);
    List<Row> dwdAlone = stored(ResultTables.METRICS, LOST, "dwd_e");
    exitCode(LOST, test.hourly);
    exitCode(LOST, test.dwd);

    assertThat(dwdAlone).hasSize(2);
    assertThat(stored(ResultTables.METRICS, LOST, "dwd_e")).isEqualTo(dwdAlone);
    assertThat(stored(ResultTables.METRICS, LOST, "dw%")).hasSize(2 + 6);
    assertThat(stored(ResultTables.DIMENSIONS, LOST, "dws_e_1h")).isNotEmpty();
    assertThat(stored(ResultTables.KEYS, LOST, "dwd_e"))
        .hasSize(1)
        .allSatisfy(row -> assertThat(row.<String>getAs("key")).isEqualTo("{\"id\":\"a1\"}"));
  }

  @Test
  @Tag(ANY_ZONE)
  void manyKeysAreExplainedAsFewAre() {
    Reconciliation onEngine =
        new Reconciliation(
            test.lake,
            test.jobs,
            test.tables,
            Clock.systemUTC(),
            text -> {},
            own -> new CauseExplainer(own, test.jobs, test.tables, 0));
    List<JobSpec> jobs = List.of(test.dwd, test.hourly);
    List<JobResult> few = compare(LOST, jobs.toArray(JobSpec[]::new)).jobs();
    List<JobResult> many =
        onEngine.compare(LOST, onEngine.pin(jobs, TestLake.days(LOST, LOST)).get(LOST)).jobs();

    for (int i = 0; i < few.size(); i++) {
      assertThat(few.get(i).differing()).isPositive();
      assertThat(many.get(i).explanation()).isEqualTo(few.get(i).explanation());
      assertThat(many.get(i).metrics()).isEqualTo(few.get(i).metrics());
    }
  }

  private static DayResult compare(LocalDate day, JobSpec... jobs) {
    return reconciliation.compare(
        day, reconciliation.pin(List.of(jobs), TestLake.days(day, day)).get(day));
  }

  private static int exitCode(LocalDate day, JobSpec... jobs) {
    List<JobSpec> chosen = jobs.length == 0 ? List.of(test.dwd, test.hourly) : List.of(jobs);
    return ReconcileVerb.run(
        reconciliation,
        chosen,
        TestLake.days(day, day),
        PrintedCommands.PLAIN,
        new PrintWriter(new StringWriter()));
  }

  private static MetricResult metric(DayResult day, String job, String metric) {
    return day.jobs().stream()
        .filter(result -> result.pin().job().equals(job))
        .flatMap(result -> result.metrics().stream())
        .filter(result -> result.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static List<Row> stored(TableName table, LocalDate day, String job) {
    return test.lake
        .spark()
        .sql(
            "SELECT * FROM %s WHERE dt = DATE'%s' AND job LIKE '%s' ORDER BY ALL"
                .formatted(test.lake.identifier(table), day, job))
        .collectAsList();
  }
}
