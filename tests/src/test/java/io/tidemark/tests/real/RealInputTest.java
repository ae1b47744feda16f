package io.tidemark.tests.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.source.JsonLinesProducer;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.LateRows;
import io.tidemark.reconciliation.plan.MetricResult;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.real.CommitLog.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thirteen years of real events, with real lateness, against answers that another engine computed:
 * thousands of business days in every commit, which no generated input has.
 */
class RealInputTest {
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final Duration LATENESS = Duration.ofDays(1);
  private static final String INGEST = "ods_commit_event";
  private static final String BY_DAY = "dws_commit_section_1d";
  private static final String BY_MINUTE = "dws_commit_section_1min";
  private static final String BY_USER = "dws_commit_user_1d";
  private static final String ACTIVE_USERS = "ads.commit_active_user_1d_v";
  private static final String TOP_SECTIONS = "ads.commit_section_top10_v";
  private static final int RETURNING_AFTER = 30;
  private static final int TOP = 10;
  private static final String BY_DAY_IN_TIME = "dws_commit_section_in_time_1d";

  /** Minutes are the same in all zones that are off by whole ones: once is enough for them. */
  private static final boolean WITH_MINUTES = ZONE.getId().equals("UTC");

  private static final Range YEAR_OF_MOST_LATE_ROWS =
      new Range(LocalDate.of(2014, 1, 1), LocalDate.of(2014, 12, 31));

  /** Of minutes an answer came with one year. */
  private static final Range YEAR_OF_MINUTES =
      new Range(LocalDate.of(2023, 1, 1), LocalDate.of(2023, 12, 31));

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  @TempDir private static Path folder;
  private static LocalBroker broker;
  private static Path conf;
  private static CommitLog log;
  private static LocalLakehouse drained;

  @BeforeAll
  static void readTheTopicIntoOds() throws IOException {
    Optional<Path> data = Repository.sharedData("commit_log");
    if (data.isEmpty()) {
      System.out.println("RealInputTest is skipped: there is no shared/data/commit_log here");
    }
    assumeTrue(data.isPresent(), "shared/data/commit_log stands beside the project");
    log = CommitLog.in(data.get());
    conf = Files.createDirectory(folder.resolve("conf"));
    copyConf();
    declareTheJobWithLateness();
    broker = LocalBroker.start(folder.resolve("kafka"), LocalBroker.freePort());
    drained = houseWithTopic("drained");
    drained.catchUp(jobs(drained, INGEST));
  }

  /** A folder per day and table: JUnit looks at each several times before it deletes it. */
  @AfterAll
  static void stopBrokerAndDeleteTables() {
    if (broker != null) {
      broker.stop();
    }
    Folders.empty(folder);
  }

  private static void copyConf() throws IOException {
    try (Stream<Path> files = Files.walk(Repository.conf())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = conf.resolve(Repository.conf().relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** The declared job once more, but for its lateness. */
  private static void declareTheJobWithLateness() throws IOException {
    Path jobs = conf.resolve("jobs/dws");
    String declared = Files.readString(jobs.resolve("commit_section_1d.yml"));
    Files.writeString(
        jobs.resolve("commit_section_in_time_1d.yml"),
        declared
            .replace("commit_section_1d", "commit_section_in_time_1d")
            .replace("lateness: unlimited", "lateness: 1 day"));
  }

  /** A lakehouse whose topic holds the events in arrival order. */
  private static LocalLakehouse houseWithTopic(String name) throws IOException {
    Path home = Files.createDirectory(folder.resolve(name));
    LocalLakehouse house = LocalLakehouse.create(conf, home, broker, ZONE, Map.of());
    String topic = ((IngestSpec) house.jobs().job(INGEST)).topic();
    long sent =
        new JsonLinesProducer(broker.bootstrapServers(), topic, "arrival_time", "user_id")
            .produce(log.file());
    assertThat(sent).isEqualTo(log.events().size());
    return house;
  }

  /** Days of another zone are cut by what a catch-up runs, too, and that goes through both. */
  @Test
  @AnyZone
  void streamGivesTheExpectedRows() throws Exception {
    LocalLakehouse house = houseWithTopic("streamed");
    List<JobSpec> chosen = Stream.concat(jobs(house, INGEST).stream(), counting(house)).toList();
    AtomicLong unread = new AtomicLong((long) chosen.size() * log.events().size());
    StopSignal stop = new StopSignal();
    MicroBatchListener countDown = onCommit(report -> unread.addAndGet(-report.read()));
    CompletableFuture<Void> driver =
        CompletableFuture.runAsync(() -> house.streams(stop, countDown).stream(chosen));
    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(5))
          .until(() -> driver.isDone() || unread.get() == 0);
    } finally {
      stop.stop();
    }
    driver.get();
    assertExpected(house, house::main, house::main);
  }

  @Test
  void catchUpGivesTheExpectedRows() throws IOException {
    drained.catchUp(counting(drained).toList());
    assertExpected(drained, drained::main, drained::main);
  }

  @Test
  void batchGivesTheExpectedRows() throws IOException {
    recompute(jobs(drained, BY_DAY, BY_USER), new Range(log.firstDay(ZONE), log.lastDay(ZONE)));
    if (WITH_MINUTES) {
      recompute(jobs(drained, BY_MINUTE), YEAR_OF_MINUTES);
    }
    assertExpected(drained, drained::offline, drained::offline);
  }

  @Test
  @AnyZone
  void declaredLatenessLeavesExactlyTheLateRowsToTheBatch() throws IOException {
    assertThat(log.lateByArrivalDay(ZoneOffset.UTC, LATENESS))
        .as("the late set, computed twice")
        .isEqualTo(log.expected("late_by_more_than_1d"));
    JobSpec job = drained.jobs().job(BY_DAY_IN_TIME);
    AtomicLong late = new AtomicLong();
    drained
        .streams(new StopSignal(), onCommit(report -> late.addAndGet(report.late())))
        .catchUp(List.of(job));
    recompute(List.of(job), YEAR_OF_MOST_LATE_ROWS);

    assertThat(late).hasValue(lateRows(log.events()));
    assertSameLines(dayLines(drained.main(job)), log.sectionDays(ZONE, event -> !isLate(event)));
    assertSameLines(
        dayLines(drained.offline(job)),
        log.sectionDays(ZONE, event -> YEAR_OF_MOST_LATE_ROWS.contains(event.day(ZONE))));
    assertReconciledWithLateRows(job);
  }

  /** A day's late rows are counted beside it, and are all that its sides differ by. */
  private static void assertReconciledWithLateRows(JobSpec job) {
    Map<LocalDate, List<Event>> days =
        log.events().stream()
            .filter(event -> YEAR_OF_MOST_LATE_ROWS.contains(event.day(ZONE)))
            .collect(Collectors.groupingBy(event -> event.day(ZONE)));
    LocalDate day =
        days.entrySet().stream()
            .filter(each -> lateRows(each.getValue()) < each.getValue().size())
            .max(Comparator.comparingLong(each -> lateRows(each.getValue())))
            .map(Map.Entry::getKey)
            .orElseThrow();
    long rows = days.get(day).size();
    long late = lateRows(days.get(day));
    assertThat(late).isPositive();

    Reconciliation reconciliation =
        new Reconciliation(
            drained.lake(), drained.jobs(), drained.tables(), Clock.systemUTC(), said -> {});
    DayResult result =
        reconciliation.compare(day, reconciliation.pin(List.of(job), new Range(day, day)).get(day));
    JobResult compared = result.jobs().get(0);
    assertThat(compared.late()).contains(new LateRows(late, rows, LATENESS));
    MetricResult pv = compared.metrics().get(0);
    assertThat(pv.metric()).isEqualTo("pv");
    assertThat(pv.stream()).isEqualTo(Long.toString(rows - late));
    assertThat(pv.batch()).isEqualTo(Long.toString(rows));
  }

  /** Seals all thirteen years, and recomputes some days. */
  private static void recompute(List<JobSpec> chosen, Range days) {
    drained.seal(log.firstDay(ZONE), log.lastDay(ZONE));
    drained.batch(chosen, days.from(), days.to());
  }

  private static long lateRows(List<Event> events) {
    return events.stream().filter(RealInputTest::isLate).count();
  }

  private static boolean isLate(Event event) {
    return event.isLaterThan(LATENESS);
  }

  private static List<JobSpec> jobs(LocalLakehouse house, String... names) {
    return Stream.of(names).map(house.jobs()::job).toList();
  }

  /** The jobs whose answers came with the data. */
  private static Stream<JobSpec> counting(LocalLakehouse house) {
    return jobs(house, BY_DAY, BY_USER, BY_MINUTE).stream()
        .filter(job -> WITH_MINUTES || !job.name().equals(BY_MINUTE));
  }

  private static MicroBatchListener onCommit(Consumer<MicroBatchReport> told) {
    return new MicroBatchListener() {
      @Override
      public void committed(MicroBatchReport report) {
        told.accept(report);
      }
    };
  }

  private static void assertExpected(
      LocalLakehouse house,
      Function<JobSpec, Dataset<Row>> rows,
      Function<ViewSpec, Dataset<Row>> views)
      throws IOException {
    assertExpectedDays(rows.apply(house.jobs().job(BY_DAY)));
    assertExpectedUsers(views.apply(house.jobs().view(ACTIVE_USERS).orElseThrow()));
    assertExpectedRanks(views.apply(house.jobs().view(TOP_SECTIONS).orElseThrow()));
    if (WITH_MINUTES) {
      assertExpectedMinutes(rows.apply(house.jobs().job(BY_MINUTE)));
    }
  }

  /** By an answer that came with the data where there is one for this zone. */
  private static void assertExpectedDays(Dataset<Row> days) throws IOException {
    Set<String> expected =
        switch (ZONE.getId()) {
          case "UTC" -> log.expected("section_day_utc");
          case "Asia/Shanghai" -> log.expected("section_day_shanghai");
          default -> log.sectionDays(ZONE, event -> true);
        };
    assertSameLines(dayLines(days), expected);
  }

  private static void assertExpectedMinutes(Dataset<Row> minutes) throws IOException {
    Set<String> year2023 =
        lines(
            minutes.where(
                "window_start >= timestamp'2023-01-01 00:00:00Z'"
                    + " AND window_start < timestamp'2024-01-01 00:00:00Z'"),
            row ->
                "%s,%s,%d,%d,%d"
                    .formatted(
                        MINUTE.format(row.<Instant>getAs("window_start")),
                        row.getAs("section"),
                        row.<Long>getAs("pv"),
                        row.<Long>getAs("uv"),
                        row.<Long>getAs("lines_added")));
    assertSameLines(year2023, log.expected("section_minute_utc_2023"));
  }

  private static void assertExpectedUsers(Dataset<Row> users) throws IOException {
    Set<String> expected =
        switch (ZONE.getId()) {
          case "UTC" -> log.expected("active_users_utc");
          case "Asia/Shanghai" -> log.expected("active_users_shanghai");
          default -> log.activeUsers(ZONE, RETURNING_AFTER);
        };
    assertSameLines(
        lines(
            users,
            row ->
                "%s,%d,%d,%d"
                    .formatted(
                        row.<LocalDate>getAs("dt"),
                        row.<Long>getAs("active_users"),
                        row.<Long>getAs("new_users"),
                        row.<Long>getAs("returning_users"))),
        expected);
  }

  private static void assertExpectedRanks(Dataset<Row> ranks) throws IOException {
    Set<String> expected =
        ZONE.getId().equals("UTC")
            ? log.expected("top10_sections_by_month_utc")
            : log.topSections(ZONE, TOP);
    assertSameLines(
        lines(
            ranks,
            row ->
                "%s,%d,%s,%d"
                    .formatted(
                        row.<LocalDate>getAs("period_start").toString().substring(0, 7),
                        row.<Long>getAs("rank"),
                        row.getAs("section"),
                        row.<Long>getAs("pv"))),
        expected);
  }

  private static Set<String> dayLines(Dataset<Row> days) {
    return lines(
        days,
        row ->
            "%s,%s,%d,%d,%d,%d,%d"
                .formatted(
                    row.<LocalDate>getAs("dt"),
                    row.getAs("section"),
                    row.<Long>getAs("pv"),
                    row.<Long>getAs("uv"),
                    row.<Long>getAs("lines_added"),
                    row.<Long>getAs("lines_deleted"),
                    row.<Instant>getAs("last_event_time").toEpochMilli()));
  }

  /** A line for every row; the key in it is unique, so that a set holds as many. */
  private static Set<String> lines(Dataset<Row> rows, Function<Row, String> line) {
    List<Row> all = rows.collectAsList();
    Set<String> lines = all.stream().map(line).collect(Collectors.toSet());
    assertThat(lines).hasSameSizeAs(all);
    return lines;
  }

  /** Names a few lines that are on one side only; thousands would hide them. */
  private static void assertSameLines(Set<String> actual, Set<String> expected) {
    assertThat(expected).isNotEmpty();
    assertThat(fewOfOnly(actual, expected)).as("computed, but not expected").isEmpty();
    assertThat(fewOfOnly(expected, actual)).as("expected, but not computed").isEmpty();
  }

  private static List<String> fewOfOnly(Set<String> some, Set<String> others) {
    return some.stream().filter(line -> !others.contains(line)).sorted().limit(5).toList();
  }
}
