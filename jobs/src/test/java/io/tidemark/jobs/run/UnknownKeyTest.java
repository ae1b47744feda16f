package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import io.tidemark.jobs.spec.TransformSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of rows whose key a dimension does not have: whichever of the two comes first, and
 * however often the driver is another, stream and batch give the same.
 */
@Tag("any-zone")
class UnknownKeyTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final Range ONE_DAY = new Range(DAY, DAY);
  private static final Instant START = MessageLake.TIME;

  /** Longer than the years between the day of the test and the clock that snapshots go by. */
  private static final String LONG = "36500 days";

  @TempDir Path root;
  private MessageLake lake;
  private IngestSpec events;

  private static Project project(Project project, String policy) {
    return project
        .with(
            "jobs/a_ods.yml",
            """
            job: ods_event
            topic: event
            columns:
              event_id: { type: string, required: true }
              event_time: { type: timestamp, required: true, format: iso-8601 }
              item_id: bigint
              seconds: bigint
            event-time: { column: event_time }
            output: ods.event
            """)
        .with(
            "jobs/b_dwd.yml",
            """
            job: dwd_event
            input: ods.event
            sql: event.sql
            dedupe: { key: [event_id] }
            lookup:
              item:
                table: dim.item
                key: { id: item_id }
                columns: { name: string }
                %s
            output: dwd.event
            """
                .formatted(policy))
        .with(
            "jobs/event.sql",
            "SELECT event_id, item_id, seconds, item.name AS item_name, source.* FROM input")
        .with(
            "jobs/c_dws.yml",
            """
            job: dws_event_1d
            input: dwd.event
            dimensions: [item_name]
            window: 1 day
            lateness: unlimited
            metrics:
              pv: { count: "*" }
              seconds: { sum: seconds }
              items: { distinct: item_id }
            output: dws.event_1d
            """);
  }

  private void open(String folder, String policy) {
    lake = new MessageLake(root.resolve(folder), each -> project(each, policy));
    events = lake.ingest("ods_event");
    lake.lake.spark().sql("CREATE NAMESPACE IF NOT EXISTS dim");
    lake.lake.spark().sql("CREATE TABLE dim.item (id BIGINT, name STRING) USING iceberg");
    lake.jobs.jobs().forEach(lake.tables::ensure);
  }

  @Test
  void aParkedRowIsWrittenOnceItsKeyIsThere() {
    open("one", "unknown: park\n    lateness: " + LONG);
    load("(1, 'a')");
    ingest(event("e1", 5, 1), event("e2", 20, 2), event("e2", 21, 1), event("e3", 30, 3));
    catchUp();
    assertThat(shown()).as("of duplicates the first waits").containsExactly("[e1,a]");
    assertThat(waiting()).containsExactly("[e2,item(id=2)]", "[e3,item(id=3)]");
    assertThat(counted()).containsExactly("PARKED 2 e3");
    assertThat(rows("SELECT item_name, pv, items FROM dws.event_1d_v")).containsExactly("[a,1,1]");

    // No row of the input comes with the key.
    load("(1, 'a'), (2, 'b')");
    catchUp();
    assertThat(shown()).containsExactly("[e1,a]", "[e2,b]");
    assertThat(waiting()).containsExactly("[e3,item(id=3)]");
    assertThat(counted()).containsExactly("PARKED 1 e3");
    int commits = commits();
    catchUp();
    assertThat(commits()).as("the new driver's own, and no micro-batch").isEqualTo(commits + 1);

    // A row that comes with the key, a repeated one, and the key of one that waits.
    load("(1, 'a'), (2, 'b'), (3, 'c')");
    ingest(event("e3", 40, 1), event("e4", 41, 3));
    catchUp();
    assertThat(shown()).containsExactly("[e1,a]", "[e2,b]", "[e3,c]", "[e4,c]");
    assertThat(waiting()).isEmpty();
    assertThat(rows("SELECT item_name, pv, items FROM dws.event_1d_v"))
        .containsExactly("[a,1,1]", "[b,1,1]", "[c,2,1]");
    theBatchAgrees();
  }

  @Test
  void aParkedRowWaitsNoLongerThanDeclaredAndForNoSealedDay() {
    open("one", "unknown: park\n    lateness: 1 hour");
    ingest(event("e1", 5, 1));
    catchUp();
    load("(1, 'a')");
    catchUp();
    assertThat(shown()).as("received years before").isEmpty();
    assertThat(waiting()).containsExactly("[e1,item(id=1)]");
    assertThat(counted()).as("it waits no longer").containsExactly("UNKNOWN_KEY 1 e1");

    open("two", "unknown: park\n    lateness: " + LONG);
    ingest(event("e1", 5, 1));
    catchUp();
    seal();
    load("(1, 'a')");
    catchUp();
    assertThat(shown()).as("sealed").isEmpty();
    JobSpec job = lake.jobs.job("dwd_event");
    new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {}).run(job, ONE_DAY);
    assertThat(rows(lake.tables.readSql(job, "dwd.event.branch_offline")))
        .as("a batch looks up in what there is")
        .hasSize(1);
  }

  @Test
  void deadLettersAreLeftOutAndShown() {
    open("one", "unknown: dead-letter");
    load("(1, 'a')");
    ingest(event("e1", 5, 1), event("e2", 20, 2), event("e3", 21, null));
    catchUp();
    assertThat(shown()).containsExactly("[e1,a]");
    assertThat(waiting()).containsExactly("[e2,item(id=2)]", "[e3,item(id=NULL)]");
    theBatchAgrees();
    assertThat(rows("SELECT event_id FROM dwd.event.branch_offline WHERE unknown_keys IS NOT NULL"))
        .containsExactly("[e2]", "[e3]");

    load("(1, 'a'), (2, 'b')");
    ingest(event("e4", 22, 2));
    catchUp();
    assertThat(waiting()).as("a letter stays one").hasSize(2);
    assertThat(counted()).containsExactly("UNKNOWN_KEY 2 e3");
  }

  @Test
  void jobsBehindSeeNothingOfDeadLetters() {
    lake =
        new MessageLake(
            root,
            each ->
                project(each, "unknown: dead-letter")
                    .with(
                        "jobs/c_dws.yml",
                        """
                        job: dwd_named
                        input: dwd.event
                        sql: named.sql
                        output: dwd.named
                        """)
                    .with("jobs/named.sql", "SELECT event_id, item_name, source.* FROM input"));
    events = lake.ingest("ods_event");
    lake.lake.spark().sql("CREATE NAMESPACE IF NOT EXISTS dim");
    lake.lake.spark().sql("CREATE TABLE dim.item (id BIGINT, name STRING) USING iceberg");
    lake.jobs.jobs().forEach(lake.tables::ensure);
    load("(1, 'a')");
    ingest(event("e1", 5, 1), event("e2", 20, 2));
    catchUp();
    assertThat(rows("SELECT event_id, item_name FROM dwd.named")).containsExactly("[e1,a]");
    seal();
    new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {})
        .run(lake.jobs.job("dwd_named"), ONE_DAY);
    assertThat(rows("SELECT event_id, item_name FROM dwd.named.branch_offline"))
        .containsExactly("[e1,a]");
  }

  @Test
  void anyOrderOfArrivalAndAnyRestartGivesTheRowsOfTheBatch() {
    List<String> first = null;
    for (int run = 0; run < 2; run++) {
      open("run" + run, "unknown: park\n    lateness: " + LONG);
      Random content = new Random(20260314);
      Random order = new Random(run);
      List<Row> rows = new ArrayList<>();
      for (int at = 0; at < 12; at++) {
        rows.add(event("e" + content.nextInt(10), content.nextInt(45), (long) content.nextInt(4)));
      }
      int keys = 0;
      while (!rows.isEmpty() || keys < 3) {
        if (keys < 3 && (rows.isEmpty() || order.nextInt(3) == 0)) {
          keys++;
          lake.lake.spark().sql("INSERT INTO dim.item VALUES (%d, 'n%1$d')".formatted(keys - 1));
        } else {
          List<Row> piece = new ArrayList<>();
          for (int i = order.nextInt(8); i >= 0 && !rows.isEmpty(); i--) {
            piece.add(rows.remove(0));
          }
          ingest(piece.toArray(Row[]::new));
        }
        if (order.nextBoolean()) {
          catchUp();
        }
      }
      catchUp();
      List<String> shown = rows("SELECT event_id, item_id, seconds, item_name FROM dwd.event_v");
      assertThat(shown).isNotEmpty();
      assertThat(waiting()).as("a key that never came").isNotEmpty();
      assertThat(first == null ? shown : first).as("in another order").isEqualTo(shown);
      first = shown;
      theBatchAgrees();
    }
  }

  private Row event(String id, int minute, long item) {
    return event(id, minute, Long.valueOf(item));
  }

  private Row event(String id, int minute, Long item) {
    return lake.message(
        events,
        0,
        """
        {"event_id":"%s","event_time":"%s","item_id":%s,"seconds":%d}"""
            .formatted(id, START.plusSeconds(60L * minute), item, minute));
  }

  private void ingest(Row... rows) {
    lake.ingest(events, rows);
  }

  private void load(String values) {
    lake.lake.spark().sql("INSERT OVERWRITE dim.item VALUES " + values);
  }

  private void seal() {
    Seals.seal(lake.lake.load(events.output()), ONE_DAY);
  }

  private void theBatchAgrees() {
    seal();
    BatchRun batch = new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {});
    JobSpec sums = lake.jobs.job("dws_event_1d");
    assertThat(batch.run(sums, ONE_DAY)).isNotEmpty();
    assertThat(batch.run(sums, ONE_DAY)).allMatch(BatchRun.Report::kept);
    for (JobSpec job : List.of(lake.jobs.job("dwd_event"), sums)) {
      String table = job.output().toString();
      assertThat(rows(lake.tables.readSql(job, table)))
          .as(table)
          .isNotEmpty()
          .isEqualTo(rows(lake.tables.readSql(job, table + ".branch_offline")));
    }
  }

  /** What the verb for dead letters says: reason, rows, the last of them. */
  private List<String> counted() {
    TransformSpec job = (TransformSpec) lake.jobs.job("dwd_event");
    return new DeadLetterCounts(lake.lake)
        .of(job, Optional.empty(), START.plusSeconds(7200)).stream()
            .map(
                reason -> {
                  String offset = reason.example().split("  ")[0].split(":")[2];
                  String event =
                      lake.rows(
                              "SELECT event_id FROM dwd.event_unknown WHERE kafka_offset = "
                                  + offset)
                          .get(0);
                  return "%s %d %s"
                      .formatted(
                          reason.reason(),
                          reason.letters(),
                          event.substring(1, event.length() - 1));
                })
            .toList();
  }

  private int commits() {
    return rows("SELECT 1 FROM dwd.event.snapshots").size();
  }

  private List<String> shown() {
    return rows("SELECT event_id, item_name FROM dwd.event_v");
  }

  private List<String> waiting() {
    return rows("SELECT event_id, unknown_keys FROM dwd.event_unknown");
  }

  private List<String> rows(String sql) {
    return lake.rows(sql).stream().sorted().toList();
  }

  private void catchUp() {
    lake.jobs.jobs().stream().filter(job -> !(job instanceof IngestSpec)).forEach(lake::catchUp);
  }
}
