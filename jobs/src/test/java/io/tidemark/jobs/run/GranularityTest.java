package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several granularities of one job: each is what a job of its own would have. */
class GranularityTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 13);
  private static final Range BOTH_DAYS = new Range(DAY, DAY.plusDays(1));
  private static final Map<String, String> DIMENSIONS =
      Map.of("all", "", "room", "room", "author", "author", "user", "user_id, room");
  private static final String METRICS =
      """
      COUNT(*) AS row_count, COUNT(*) AS pv, COUNT(DISTINCT user_id) AS users,
      COUNT(DISTINCT user_id) AS about, SUM(seconds) AS seconds, MAX(room) AS last_room,
      COUNT(CASE WHEN room = 'r1' THEN user_id END) AS in_first""";

  @TempDir Path root;
  private MessageLake lake;

  private static Project project(Project project) {
    return project
        .with(
            "jobs/a_ods.yml",
            """
            job: ods_event
            topic: event
            columns:
              event_time: { type: timestamp, required: true, format: iso-8601 }
              room: string
              author: string
              user_id: string
              seconds: bigint
            event-time: { column: event_time }
            output: ods.event
            """)
        .without("jobs/b_dwd.yml")
        .without("jobs/event.sql")
        .with("jobs/c_dws.yml", summary("event_5min", "5 minutes"))
        .with("jobs/d_dws.yml", summary("event_1d", "1 day"));
  }

  private static String summary(String table, String window) {
    return """
        job: dws_%1$s
        input: ods.event
        granularities: { all: [], room: [room], author: [author], user: [user_id, room] }
        window: %2$s
        lateness: unlimited
        metrics:
          pv: { count: "*" }
          users: { distinct: user_id }
          about: { approximate-distinct: user_id }
          seconds: { sum: seconds }
          last_room: { max: room }
          in_first: { count: user_id, where: { room: r1 } }
        output: dws.%1$s
        """
        .formatted(table, window);
  }

  @Test
  void eachIsWhatAJobOfItsOwnWouldHave() {
    lake = new MessageLake(root, GranularityTest::project);
    IngestSpec ods = lake.ingest("ods_event");
    lake.jobs.jobs().forEach(lake.tables::ensure);
    Random random = new Random(20260313);
    for (int batch = 0; batch < 3; batch++) {
      Row[] messages = new Row[15];
      for (int i = 0; i < messages.length; i++) {
        messages[i] = lake.message(ods, 0, event(random));
      }
      lake.ingest(ods, messages);
      summaries().forEach(lake::catchUp);
      theyAreRight("dws.%s_v");
    }

    Seals.seal(lake.lake.load(ods.output()), BOTH_DAYS);
    BatchRun batch = new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {});
    for (JobSpec job : summaries()) {
      assertThat(batch.run(job, BOTH_DAYS)).isNotEmpty();
      String table = job.output().toString();
      lake.lake
          .spark()
          .sql(lake.tables.readSql(job, table + ".branch_offline"))
          .createOrReplaceTempView("offline_" + job.output().name());
    }
    theyAreRight("offline_%s");
  }

  private List<JobSpec> summaries() {
    return lake.jobs.jobs().stream().filter(job -> !(job instanceof IngestSpec)).toList();
  }

  private void theyAreRight(String relation) {
    Map<String, String> windows = new TreeMap<>();
    windows.put("event_1d", "dt");
    windows.put("event_5min", "dt, window_start");
    windows.forEach(
        (table, window) ->
            DIMENSIONS.forEach(
                (name, dimensions) -> {
                  String keys = dimensions.isEmpty() ? window : window + ", " + dimensions;
                  assertThat(
                          sorted(
                              "SELECT %s, row_count, pv, users, about, seconds, last_room, in_first FROM %s WHERE granularity = '%s'"
                                  .formatted(keys, relation.formatted(table), name)))
                      .as("%s of %s", name, relation.formatted(table))
                      .isNotEmpty()
                      .isEqualTo(
                          sorted(
                              "SELECT %1$s, %2$s FROM (SELECT *, window(event_time, '5 minutes').start AS window_start FROM ods.event) GROUP BY %1$s"
                                  .formatted(keys, METRICS)));
                  assertThat(others(relation.formatted(table), name, dimensions)).isZero();
                }));
  }

  /** Rows of a granularity that have a value of a dimension of another one. */
  private long others(String relation, String name, String dimensions) {
    List<String> foreign =
        List.of("room", "author", "user_id").stream()
            .filter(each -> !List.of(dimensions.split(", ")).contains(each))
            .map(each -> each + " IS NOT NULL")
            .toList();
    return foreign.isEmpty()
        ? 0
        : lake.rows(
                "SELECT 1 FROM %s WHERE granularity = '%s' AND (%s)"
                    .formatted(relation, name, String.join(" OR ", foreign)))
            .size();
  }

  private List<String> sorted(String sql) {
    return lake.rows(sql).stream().sorted().toList();
  }

  private static String event(Random random) {
    return "{\"event_time\":\"%sT0%d:%02d:00Z\",\"room\":%s,\"author\":%s,\"user_id\":%s,\"seconds\":%d}"
        .formatted(
            DAY.plusDays(random.nextInt(2)),
            random.nextInt(2),
            random.nextInt(12),
            random.nextInt(6) == 0 ? "null" : "\"r" + random.nextInt(3) + '"',
            random.nextInt(6) == 0 ? "null" : "\"a" + random.nextInt(2) + '"',
            random.nextInt(6) == 0 ? "null" : "\"u" + random.nextInt(4) + '"',
            random.nextInt(100));
  }
}
