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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several granularities of one job: each is what a job of its own would have. */
class GranularityTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 13);
  private static final Range BOTH_DAYS = new Range(DAY, DAY.plusDays(1));
  private static final Map<String, List<String>> DIMENSIONS =
      Map.of(
          "all", List.of(),
          "room", List.of("room"),
          "author", List.of("author"),
          "user", List.of("user_id", "room"));
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
        .with(
            "jobs/c_dws.yml",
            """
            job: dws_event_5min
            input: ods.event
            granularities: { all: [], room: [room], author: [author], user: [user_id, room] }
            window: 5 minutes
            lateness: unlimited
            metrics:
              pv: { count: "*" }
              users: { distinct: user_id }
              about: { approximate-distinct: user_id }
              seconds: { sum: seconds }
              last_room: { max: room }
              in_first: { count: user_id, where: { room: r1 } }
            output: dws.event_5min
            """);
  }

  @Test
  void eachIsWhatAJobOfItsOwnWouldHave() {
    lake = new MessageLake(root, GranularityTest::project);
    IngestSpec ods = lake.ingest("ods_event");
    lake.jobs.jobs().forEach(lake.tables::ensure);
    Random random = new Random(20260313);
    JobSpec job = lake.jobs.job("dws_event_5min");
    for (int batch = 0; batch < 2; batch++) {
      Row[] messages = new Row[20];
      for (int i = 0; i < messages.length; i++) {
        messages[i] = lake.message(ods, 0, event(random));
      }
      lake.ingest(ods, messages);
      lake.catchUp(job);
    }
    theyAreRight("dws.event_5min_v");

    Seals.seal(lake.lake.load(ods.output()), BOTH_DAYS);
    assertThat(new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {}).run(job, BOTH_DAYS))
        .isNotEmpty();
    theyAreRight("(" + lake.tables.readSql(job, "dws.event_5min.branch_offline") + ")");
  }

  private void theyAreRight(String relation) {
    String expected =
        DIMENSIONS.entrySet().stream()
            .map(each -> grouped(each.getKey(), each.getValue()))
            .collect(Collectors.joining(" UNION ALL "));
    assertThat(
            sorted(
                "SELECT granularity, room, author, user_id, dt, window_start, row_count, pv, users, about, seconds, last_room, in_first FROM "
                    + relation))
        .as(relation)
        .isNotEmpty()
        .isEqualTo(sorted(expected));
  }

  /** What a job of its own would have, with NULL for the dimensions of others. */
  private static String grouped(String name, List<String> dimensions) {
    String columns =
        Stream.of("room", "author", "user_id")
            .map(each -> dimensions.contains(each) ? each : "CAST(NULL AS STRING)")
            .collect(Collectors.joining(", "));
    String keys =
        Stream.concat(dimensions.stream(), Stream.of("dt", "at")).collect(Collectors.joining(", "));
    return "SELECT '%s', %s, dt, at, %s FROM (SELECT *, window(event_time, '5 minutes').start AS at FROM ods.event) GROUP BY %s"
        .formatted(name, columns, METRICS, keys);
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
