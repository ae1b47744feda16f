package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
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
  private static final List<String> TABLES =
      List.of("dwd.event", "dws.event_1min", "dws.event_tmin", "dws.event_1d");

  @TempDir Path root;
  private MessageLake lake;
  private IngestSpec web;
  private IngestSpec app;

  private static Project project(Project project) {
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
        .with(
            "jobs/b_dwd.yml",
            """
            job: dwd_event
            inputs:
              - { table: ods.web, sql: web.sql }
              - { table: ods.app, sql: app.sql }
            dedupe: { key: [event_id] }
            output: dwd.event
            """)
        .with("jobs/c_dws.yml", summary("event_1min", "1 minute"))
        .with("jobs/d_dws.yml", summary("event_tmin", "running day"))
        .with("jobs/e_dws.yml", summary("event_1d", "1 day"));
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

  private void open(String folder) {
    lake = new MessageLake(root.resolve(folder), UnionTest::project);
    web = lake.ingest("ods_web");
    app = lake.ingest("ods_app");
    lake.jobs.jobs().forEach(lake.tables::ensure);
  }

  @Test
  void theFirstReceivedStaysWhicheverIsReadFirst() {
    open("one");
    List<String> webFirst = List.of("web", "app");
    for (List<String> order : List.of(webFirst, List.of("app", "web"))) {
      String key = String.join("-", order);
      for (String source : order) {
        // The app's was received a second earlier, on both sides of midnight.
        ingest(source, 0, key, "2026-03-13T23:59:00Z", source.equals("app") ? 10 : 11, 7);
        ingest(source, 1, key, "2026-03-14T00:00:30Z", source.equals("app") ? 20 : 21, 8);
        catchUp();
      }
    }

    assertThat(lake.rows("SELECT dt, event_id, channel FROM dwd.event_v ORDER BY dt, event_id"))
        .containsExactly(
            "[2026-03-13,app-web,app]",
            "[2026-03-13,web-app,app]",
            "[2026-03-14,app-web,app]",
            "[2026-03-14,web-app,app]");
    assertThat(lake.rows("SELECT dt, channel, pv, seconds, users FROM dws.event_1d_v ORDER BY dt"))
        .as("nothing is left of what was taken back")
        .containsExactly("[2026-03-13,app,2,14,1]", "[2026-03-14,app,2,16,1]");
    theBatchAgrees();
  }

  @Test
  void anInputThatLagsHoldsUpNoOtherAndIsCaughtUpWith() {
    open("one");
    ingest("web", 0, "a", "2026-03-13T23:00:00Z", 30, 1);
    catchUp();
    ingest("web", 0, "b", "2026-03-14T01:00:00Z", 40, 2);
    catchUp();
    assertThat(lake.rows("SELECT event_id, channel FROM dwd.event_v ORDER BY 1"))
        .containsExactly("[a,web]", "[b,web]");
    JobSpec union = lake.jobs.job("dwd_event");
    Marker marker = marker(union);
    assertThat(InputTables.positions(union, marker, lake.lake::load).snapshots())
        .as("of the one that has nothing yet nothing was read")
        .containsOnlyKeys("ods.web");
    assertThat(marker.roots()).containsOnlyKeys("ods.web");

    ingest("app", 0, "a", "2026-03-13T23:00:00Z", 5, 3);
    Seals.seal(lake.lake.load(app.output()), BOTH_DAYS);
    assertThat(Seals.cutOf(lake.lake.load(web.output()), DAY))
        .as("one of two that is sealed does not seal the day")
        .isEmpty();
    Seals.seal(lake.lake.load(web.output()), BOTH_DAYS);
    Cuts cuts = new Cuts(lake.lake, lake.jobs);
    Map<String, Long> cut = cuts.cutOf(union, DAY);
    assertThat(cut).containsOnlyKeys("ods.app", "ods.web");
    assertThat(cuts.backlog(union, cut)).isEqualTo(1);
    catchUp();
    assertThat(cuts.backlog(union, cut)).isZero();
    assertThat(cuts.backlog(lake.jobs.job("dws_event_1d"), cut)).isZero();
    assertThat(marker(union).roots()).containsOnlyKeys("ods.app", "ods.web");
    assertThat(lake.rows("SELECT event_id, channel FROM dwd.event_v ORDER BY 1"))
        .containsExactly("[a,app]", "[b,web]");
    theBatchAgrees();
  }

  @Test
  void anyInterleavingGivesTheRowsOfTheBatch() {
    Random random = new Random(20260314);
    List<String> first = null;
    int takenBack = 0;
    for (int run = 0; run < 2; run++) {
      open("run" + run);
      Random order = new Random(run);
      Random content = new Random(7);
      List<Object[]> all = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String source = content.nextBoolean() ? "web" : "app";
        all.add(
            new Object[] {
              source,
              content.nextInt(2),
              "e" + content.nextInt(6),
              "2026-03-1%dT%s:%02d:00Z"
                  .formatted(
                      content.nextBoolean() ? 3 : 4,
                      content.nextBoolean() ? "23" : "00",
                      content.nextInt(3)),
              content.nextInt(1000),
              content.nextInt(50)
            });
      }
      ingestAll(all, order, random);
      catchUp();
      theBatchAgrees();
      List<String> rows = shown("dwd.event_v", "event_id, channel, seconds, user_id, event_time");
      assertThat(rows).isNotEmpty();
      takenBack += rows("SELECT 1 FROM dwd.event WHERE takes_back").size();
      assertThat(first == null ? rows : first).as("in another order").isEqualTo(rows);
      first = rows;
    }
    assertThat(takenBack).as("rows that came in the wrong order").isPositive();
  }

  /** Each topic's messages keep their order; which topic comes first, and how many, is chance. */
  private void ingestAll(List<Object[]> all, Random order, Random sizes) {
    List<Object[]> left = new ArrayList<>(all);
    while (!left.isEmpty()) {
      String source = order.nextBoolean() ? "web" : "app";
      int take = 1 + sizes.nextInt(8);
      List<Row> batch = new ArrayList<>();
      for (var it = left.iterator(); it.hasNext() && batch.size() < take; ) {
        Object[] m = it.next();
        if (m[0].equals(source)) {
          batch.add(
              message(source, (int) m[1], (String) m[2], (String) m[3], (int) m[4], (int) m[5]));
          it.remove();
        }
      }
      if (!batch.isEmpty()) {
        lake.ingest(spec(source), batch.toArray(Row[]::new));
        lake.catchUp(lake.jobs.job("dwd_event"));
        if (order.nextInt(4) == 0) {
          catchUp();
        }
      }
    }
  }

  /** Seals both days where they are not, and compares what readers see of both branches. */
  private void theBatchAgrees() {
    Seals.seal(lake.lake.load(web.output()), BOTH_DAYS);
    Seals.seal(lake.lake.load(app.output()), BOTH_DAYS);
    BatchRun batch = new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {});
    for (JobSpec job : lake.jobs.jobs()) {
      if (!(job instanceof IngestSpec)) {
        assertThat(batch.run(job, BOTH_DAYS)).isNotEmpty();
        assertThat(batch.run(job, BOTH_DAYS)).allMatch(BatchRun.Report::kept);
      }
    }
    for (String table : TABLES) {
      JobSpec job = lake.jobs.writerOf(TableName.parse(table)).orElseThrow();
      assertThat(rows(lake.tables.readSql(job, table)))
          .as(table)
          .isEqualTo(rows(lake.tables.readSql(job, table + ".branch_offline")));
    }
  }

  private List<String> shown(String view, String columns) {
    return rows("SELECT " + columns + " FROM " + view);
  }

  private List<String> rows(String sql) {
    return lake.rows(sql).stream().sorted().toList();
  }

  private Marker marker(JobSpec job) {
    return TableState.of(lake.lake.load(job.output())).marker(job.name()).orElseThrow();
  }

  private void catchUp() {
    lake.jobs.jobs().stream().filter(job -> !(job instanceof IngestSpec)).forEach(lake::catchUp);
  }

  private IngestSpec spec(String source) {
    return source.equals("web") ? web : app;
  }

  private void ingest(
      String source, int partition, String id, String time, int received, int seconds) {
    lake.ingest(spec(source), message(source, partition, id, time, received, seconds));
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
