package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two topics, one table, over midnight: whatever is read first, the rows are those of the batch.
 */
@Tag("any-zone")
class UnionTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 13);
  private static final Range BOTH_DAYS = new Range(DAY, DAY.plusDays(1));
  private static final List<String> TABLES = List.of("dwd.event", "dws.event_tmin", "dws.event_1d");
  private static final String UNION =
      """
      job: dwd_event
      inputs:
        - { table: ods.web, sql: web.sql }
        - { table: ods.app, sql: app.sql }
      dedupe: { key: [event_id] }
      output: dwd.event
      """;
  private static final String WEB_ALONE =
      """
      job: dwd_event
      input: ods.web
      sql: web.sql
      dedupe: { key: [event_id] }
      output: dwd.event
      """;

  @TempDir Path root;
  private MessageLake lake;

  private static Project project(Project project, String union) {
    for (String source : List.of("web", "app")) {
      project
          .with(
              "jobs/a_ods_" + source + ".yml",
              """
              job: ods_%1$s
              topic: %1$s
              columns:
                event_id: string
                event_time: { type: timestamp, required: true, format: iso-8601 }
                seconds: bigint
                %1$s_user: string
              event-time: { column: event_time }
              output: ods.%1$s
              """
                  .formatted(source))
          .with(
              "jobs/" + source + ".sql",
              "SELECT event_id, '%1$s' AS channel, seconds, %1$s_user AS user_id, source.* FROM input"
                  .formatted(source));
    }
    return project
        .without("jobs/a_ods.yml")
        .without("jobs/event.sql")
        .with("jobs/b_dwd.yml", union)
        .with("jobs/c_dws.yml", summary("event_tmin", "running day"))
        .with("jobs/d_dws.yml", summary("event_1d", "1 day"));
  }

  private static String summary(String table, String window) {
    return """
        job: dws_%1$s
        input: dwd.event
        dimensions: [channel]
        window: %2$s
        lateness: unlimited
        metrics:
          pv: { count: "*" }
          timed: { count: seconds }
          seconds: { sum: seconds }
          mean: { average: seconds }
          users: { distinct: user_id }
        output: dws.%1$s
        """
        .formatted(table, window);
  }

  private void open(String union) {
    lake = new MessageLake(root, project -> project(project, union));
    ensure();
  }

  private void declare(String union) {
    lake.declare(project -> project(project, union));
    ensure();
  }

  private void ensure() {
    lake.jobs.jobs().forEach(lake.tables::ensure);
  }

  @Test
  void theFirstReceivedStaysWhicheverIsReadFirst() {
    open(UNION);
    // The app's was received a second earlier, on both sides of midnight.
    ingest("web", overMidnight("web", "x", 11));
    catchUp();
    ingest("app", overMidnight("app", "x", 10));
    ingest("app", overMidnight("app", "y", 10));
    catchUp();
    ingest("web", overMidnight("web", "y", 11));
    catchUp();

    assertThat(lake.rows("SELECT dt, event_id, channel FROM dwd.event_v ORDER BY dt, event_id"))
        .containsExactly(
            "[2026-03-13,x,app]", "[2026-03-13,y,app]", "[2026-03-14,x,app]", "[2026-03-14,y,app]");
    assertThat(lake.rows("SELECT dt, channel, pv, seconds, users FROM dws.event_1d_v ORDER BY dt"))
        .as("nothing is left of what was taken back")
        .containsExactly("[2026-03-13,app,2,14,1]", "[2026-03-14,app,2,16,1]");
    theBatchAgrees(BOTH_DAYS);
    assertThat(batch().run(lake.jobs.job("dws_event_1d"), BOTH_DAYS))
        .isNotEmpty()
        .allMatch(BatchRun.Report::kept);
  }

  @Test
  void anInputThatLagsHoldsUpNoOtherAndIsCaughtUpWith() {
    open(UNION);
    ingest("web", message("web", 0, "z", "2026-03-12T23:59:59Z", 1, 9));
    ingest("web", message("web", 0, "a", "2026-03-13T23:00:00Z", 30, 1));
    ingest("web", message("web", 0, "b", "2026-03-14T01:00:00Z", 40, 2));
    catchUp();
    assertThat(lake.rows("SELECT event_id, channel FROM dwd.event_v ORDER BY 1"))
        .containsExactly("[a,web]", "[b,web]", "[z,web]");
    JobSpec union = lake.jobs.job("dwd_event");
    Marker marker = marker(union);
    assertThat(InputTables.positions(union, marker, lake.lake::load).snapshots())
        .as("of the one that has nothing yet nothing was read")
        .containsOnlyKeys("ods.web");
    assertThat(marker.roots()).containsOnlyKeys("ods.web");
    Range before = new Range(DAY.minusDays(1), DAY.minusDays(1));
    Seals.seal(ods("web"), before);
    Seals.seal(ods("app"), before);
    Cuts cuts = new Cuts(lake.lake, lake.jobs);
    Map<String, Long> silent = cuts.cutOf(union, before.from());
    assertThat(silent).containsOnlyKeys("ods.app", "ods.web");
    assertThat(cuts.backlog(lake.jobs.job("dws_event_1d"), silent))
        .as("nothing has to come of one that is silent")
        .isZero();

    ingest("app", message("app", 0, "a", "2026-03-13T23:00:00Z", 5, 3));
    Seals.seal(ods("app"), BOTH_DAYS);
    assertThat(Seals.cutOf(ods("web"), DAY))
        .as("one of two that is sealed does not seal the day")
        .isEmpty();
    Seals.seal(ods("web"), BOTH_DAYS);
    Map<String, Long> cut = cuts.cutOf(union, DAY);
    assertThat(cut).containsOnlyKeys("ods.app", "ods.web");
    assertThat(cuts.backlog(union, cut)).isEqualTo(1);
    catchUp();
    assertThat(cuts.backlog(union, cut)).isZero();
    assertThat(cuts.backlog(lake.jobs.job("dws_event_1d"), cut)).isZero();
    assertThat(marker(union).roots()).containsOnlyKeys("ods.app", "ods.web");
    assertThat(lake.rows("SELECT event_id, channel FROM dwd.event_v ORDER BY 1"))
        .containsExactly("[a,app]", "[b,web]", "[z,web]");
    theBatchAgrees(new Range(before.from(), BOTH_DAYS.to()));
  }

  @Test
  void anInputIsAddedToATableWithHistory() {
    open(WEB_ALONE);
    ingest("web", overMidnight("web", "x", 11));
    ingest("app", overMidnight("app", "x", 10));
    ingest("app", overMidnight("app", "y", 12));
    catchUp();
    assertThat(marker(lake.jobs.job("dwd_event")).position()).matches("\\d+");
    assertThat(lake.rows("SELECT DISTINCT event_id, channel FROM dwd.event"))
        .containsExactly("[x,web]");

    declare(UNION);
    ingest("web", overMidnight("web", "y", 13));
    catchUp();
    assertThat(lake.rows("SELECT dt, event_id, channel FROM dwd.event_v ORDER BY dt, event_id"))
        .as("also a row is taken back that was written before there were two")
        .containsExactly(
            "[2026-03-13,x,app]", "[2026-03-13,y,app]", "[2026-03-14,x,app]", "[2026-03-14,y,app]");
    theBatchAgrees(BOTH_DAYS);

    assertThatThrownBy(() -> declare(WEB_ALONE))
        .as("nobody would know what was taken back")
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("inputs has one table left, but table dwd.event has rows");
    assertThat(refusals()).containsExactly("inputs has one table left");
    assertThatThrownBy(() -> declare(UNION.replace("dedupe: { key: [event_id] }\n", "")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("dedupe is gone, but table dwd.event has rows");
    assertThat(refusals()).containsExactly("dedupe is gone");
    declare(UNION);
    assertThat(refusals()).isEmpty();
  }

  /** What is found before the job starts. */
  private List<String> refusals() {
    return new ExistingTables(lake.lake, lake.tables)
        .problems(lake.jobs.jobs()).stream()
            .map(problem -> problem.text().replaceFirst(", but table dwd\\.event has rows .*", ""))
            .toList();
  }

  @Test
  void anInputThatWasRemovedGoesOnWhereItWas() {
    String every = UNION.replace("dedupe: { key: [event_id] }\n", "");
    JobSpec union = openWithoutSummaries(every);
    ingest("web", message("web", 0, "a", "2026-03-13T23:00:00Z", 1, 1));
    ingest("app", message("app", 0, "b", "2026-03-13T23:00:00Z", 2, 1));
    lake.catchUp(union);
    union = declareWithoutSummaries(WEB_ALONE.replace("dedupe: { key: [event_id] }\n", ""));
    ingest("web", message("web", 0, "c", "2026-03-13T23:00:00Z", 3, 1));
    ingest("app", message("app", 0, "d", "2026-03-13T23:00:00Z", 4, 1));
    lake.catchUp(union);
    assertThat(lake.rows("SELECT event_id FROM dwd.event ORDER BY 1"))
        .containsExactly("[a]", "[b]", "[c]");

    lake.catchUp(declareWithoutSummaries(every));

    assertThat(lake.rows("SELECT event_id FROM dwd.event ORDER BY 1"))
        .as("each once")
        .containsExactly("[a]", "[b]", "[c]", "[d]");
  }

  @Test
  void anInputWhosePlaceIsGoneIsRefusedWhenItIsDeclaredAgain() {
    String every = UNION.replace("dedupe: { key: [event_id] }\n", "");
    JobSpec union = openWithoutSummaries(every);
    ingest("web", message("web", 0, "a", "2026-03-13T23:00:00Z", 1, 1));
    ingest("app", message("app", 0, "b", "2026-03-13T23:00:00Z", 2, 1));
    lake.catchUp(union);
    declareWithoutSummaries(WEB_ALONE.replace("dedupe: { key: [event_id] }\n", ""));
    long read = ods("app").currentSnapshot().snapshotId();
    ingest("app", message("app", 0, "c", "2026-03-13T23:00:00Z", 3, 1));
    ods("app").expireSnapshots().expireSnapshotId(read).commit();
    assertThat(refusals()).isEmpty();

    declareWithoutSummaries(every);

    assertThat(refusals())
        .singleElement()
        .asString()
        .startsWith("inputs: 'ods.app' cannot be read on from where it was: ");
  }

  private JobSpec openWithoutSummaries(String union) {
    lake = new MessageLake(root, project -> withoutSummaries(project, union));
    ensure();
    return lake.jobs.job("dwd_event");
  }

  private JobSpec declareWithoutSummaries(String union) {
    lake.declare(project -> withoutSummaries(project, union));
    ensure();
    return lake.jobs.job("dwd_event");
  }

  private static Project withoutSummaries(Project project, String union) {
    return project(project, union).without("jobs/c_dws.yml").without("jobs/d_dws.yml");
  }

  /** The same messages twice, in two orders, on days of their own. */
  @Test
  void anyInterleavingGivesTheRowsOfTheBatch() {
    open(UNION);
    List<String> first = null;
    for (int run = 0; run < 2; run++) {
      LocalDate day = DAY.minusDays(2L * run);
      Random content = new Random(7);
      List<Message> all = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        all.add(
            new Message(
                content.nextBoolean() ? "web" : "app",
                content.nextInt(2),
                "e" + content.nextInt(6),
                "%s:%02d:00Z"
                    .formatted(
                        content.nextBoolean() ? day + "T23" : day.plusDays(1) + "T00",
                        content.nextInt(3)),
                content.nextInt(1000),
                content.nextInt(50)));
      }
      ingestAll(all, new Random(run));
      catchUp();
      List<String> rows =
          rows(
              "SELECT datediff(dt, DATE'%s'), event_id, channel, seconds, user_id, minute(event_time)"
                      .formatted(day)
                  + " FROM dwd.event_v WHERE dt BETWEEN DATE'%s' AND DATE'%s'"
                      .formatted(day, day.plusDays(1)));
      assertThat(rows).isNotEmpty();
      assertThat(first == null ? rows : first).as("in another order").isEqualTo(rows);
      first = rows;
    }
    theBatchAgrees(new Range(DAY.minusDays(2), DAY.plusDays(1)));
    assertThat(lake.rows("SELECT 1 FROM dwd.event WHERE takes_back"))
        .as("rows that came in the wrong order")
        .isNotEmpty();
  }

  private record Message(
      String source, int partition, String id, String time, int received, int seconds) {}

  /** Each topic's messages keep their order; which topic comes first, and how many, is chance. */
  private void ingestAll(List<Message> all, Random order) {
    List<Message> left = new ArrayList<>(all);
    while (!left.isEmpty()) {
      String source = order.nextBoolean() ? "web" : "app";
      List<Message> some =
          left.stream().filter(m -> m.source().equals(source)).limit(1 + order.nextInt(8)).toList();
      if (!some.isEmpty()) {
        left.removeAll(some);
        ingest(
            source,
            some.stream()
                .map(
                    m ->
                        message(source, m.partition(), m.id(), m.time(), m.received(), m.seconds()))
                .toArray(Row[]::new));
        lake.catchUp(lake.jobs.job("dwd_event"));
      }
    }
  }

  /** Seals days where they are not, and compares what readers see of both branches. */
  private void theBatchAgrees(Range days) {
    Seals.seal(ods("web"), days);
    Seals.seal(ods("app"), days);
    BatchRun batch = batch();
    for (String table : TABLES) {
      JobSpec job = lake.jobs.writerOf(TableName.parse(table)).orElseThrow();
      assertThat(batch.run(job, days)).isNotEmpty();
      assertThat(rows(lake.tables.readSql(job, table)))
          .as(table)
          .isEqualTo(rows(lake.tables.readSql(job, table + ".branch_offline")));
    }
  }

  private BatchRun batch() {
    return new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {});
  }

  private List<String> rows(String sql) {
    return lake.rows(sql).stream().sorted().toList();
  }

  private Marker marker(JobSpec job) {
    return TableState.of(lake.lake.load(job.output())).marker(job.name()).orElseThrow();
  }

  private Table ods(String source) {
    return lake.lake.load(spec(source).output());
  }

  private void catchUp() {
    lake.jobs.jobs().stream().filter(job -> !(job instanceof IngestSpec)).forEach(lake::catchUp);
  }

  private IngestSpec spec(String source) {
    return lake.ingest("ods_" + source);
  }

  private void ingest(String source, Row... messages) {
    lake.ingest(spec(source), messages);
  }

  /** The same event id on two days: two events. */
  private Row[] overMidnight(String source, String id, int received) {
    return new Row[] {
      message(source, 0, id, "2026-03-13T23:59:00Z", received, 7),
      message(source, 1, id, "2026-03-14T00:00:30Z", received + 10, 8)
    };
  }

  private Row message(
      String source, int partition, String id, String time, int received, int seconds) {
    Row made =
        lake.message(
            spec(source),
            partition,
            """
            {"event_id":"%s","event_time":"%s","seconds":%s,"%s_user":"u%d"}"""
                .formatted(id, time, seconds == 0 ? "null" : seconds, source, seconds % 3));
    return RowFactory.create(
        made.get(0),
        made.get(1),
        made.get(2),
        made.get(3),
        made.get(4),
        MessageLake.TIME.plusSeconds(received));
  }
}
