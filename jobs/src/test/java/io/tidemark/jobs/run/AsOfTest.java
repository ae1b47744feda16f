package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows looked up in a history as of their event time: whichever of the two comes first, and however
 * often the driver is another, they are those of the batch and of plain SQL over the change log.
 */
@Tag("any-zone")
class AsOfTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final Range ONE_DAY = new Range(DAY, DAY);
  private static final Instant START = MessageLake.TIME;
  private static final int KEYS = 3;

  /** The last change in the log of those committed by the time of the row. */
  private static final String BY_THE_LOG =
      """
      SELECT event_id, item_id, seconds, IF(change_op = 'delete', NULL, name) AS item_name FROM (
        SELECT e.event_id, e.item_id, e.seconds, c.name, c.change_op,
          row_number() OVER (PARTITION BY e.event_id, e.kafka_offset ORDER BY c.log_offset DESC) AS place,
          dense_rank() OVER (PARTITION BY e.event_id ORDER BY e.ingest_batch, e.kafka_offset) AS received
        FROM ods.event e LEFT JOIN ods.item_change c
        ON c.id = e.item_id AND c.event_time <= e.event_time)
      WHERE place = 1 AND received = 1""";

  @TempDir Path root;
  private MessageLake lake;
  private IngestSpec events;
  private IngestSpec changes;

  private static Project project(Project project, String lateness) {
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
                table: dim.item_history
                key: { id: item_id }
                columns: { name: string }
                as-of: event-time
                lateness: %s
            output: dwd.event
            """
                .formatted(lateness))
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
            """)
        .with(
            "jobs/d_changes.yml",
            """
            job: ods_item_change
            topic: item
            payload: { format: debezium-json, key: [id] }
            columns:
              id: bigint
              name: string
            output: ods.item_change
            """)
        .with(
            "jobs/e_history.yml",
            """
            job: dim_item_history
            input: ods.item_change
            history: event-time
            buckets: 2
            output: dim.item_history
            """);
  }

  private void open(String folder, String lateness) {
    open(folder, lateness, "keep");
  }

  private void open(String folder, String lateness, String unknown) {
    lake =
        new MessageLake(
            root.resolve(folder), each -> project(each, lateness + "\n    unknown: " + unknown));
    events = lake.ingest("ods_event");
    changes = lake.ingest("ods_item_change");
    lake.jobs.jobs().forEach(lake.tables::ensure);
  }

  @Test
  void aChangeThatComesAfterItsRowsCorrectsThemAndWhatIsSummedUp() {
    open("one", "2 days");
    lake.ingest(changes, change("c", 1, 0, 1, "a"));
    lake.ingest(events, event("e1", 5, 1), event("e2", 20, 1), event("e3", 5, 2));
    catchUp();
    assertThat(shown()).containsExactly("[e1,a]", "[e2,a]", "[e3,null]");

    lake.ingest(changes, change("u", 2, 10, 1, "b"), change("c", 3, 1, 2, "x"));
    catchUp();
    assertThat(shown()).containsExactly("[e1,a]", "[e2,b]", "[e3,x]");
    assertThat(rows("SELECT event_id FROM dwd.event WHERE takes_back"))
        .as("a row that comes out as it was stays")
        .containsExactly("[e2]", "[e3]");
    assertThat(rows("SELECT item_name, pv, items FROM dws.event_1d_v"))
        .containsExactly("[a,1,1]", "[b,1,1]", "[x,1,1]");

    // Corrected twice, and back to what it was.
    lake.ingest(changes, change("u", 4, 15, 1, "a"));
    catchUp();
    assertThat(shown()).containsExactly("[e1,a]", "[e2,a]", "[e3,x]");
    assertThat(rows("SELECT item_name, pv, items FROM dws.event_1d_v"))
        .containsExactly("[a,2,1]", "[x,1,1]");
    theBatchAgrees();

    // Behind the cut of a sealed day a change bears on nothing; the batch does not know it either.
    lake.ingest(changes, change("u", 5, 16, 1, "late"));
    catchUp();
    assertThat(shown()).containsExactly("[e1,a]", "[e2,a]", "[e3,x]");
    theBatchAgrees();
  }

  @Test
  void aRowIsHeldBackUntilAVersionOfItsTimeCame() {
    open("one", "2 days", "dead-letter");
    lake.ingest(events, event("e1", 5, 1), event("e2", 20, 1), event("e3", 5, 2));
    catchUp();
    assertThat(shown()).isEmpty();
    lake.ingest(changes, change("c", 2, 10, 1, "b"));
    catchUp();
    assertThat(shown()).containsExactly("[e2,b]");
    assertThat(rows("SELECT event_id, unknown_keys FROM dwd.event_unknown"))
        .containsExactly("[e1,item(id=1)]", "[e3,item(id=2)]");

    lake.ingest(changes, change("c", 1, 0, 1, "a"), change("d", 3, 15, 1, "b"));
    catchUp();
    assertThat(shown()).as("found at last, and known no more").containsExactly("[e1,a]");
    assertThat(rows("SELECT event_id, unknown_keys FROM dwd.event_unknown"))
        .containsExactly("[e2,item(id=1)]", "[e3,item(id=2)]");
    assertThat(rows("SELECT item_name, pv, items FROM dws.event_1d_v")).containsExactly("[a,1,1]");
    theBatchAgrees();
  }

  @Test
  void rowsThatAreOlderThanTheLatenessAreLeftToTheBatch() {
    open("one", "1 minute");
    lake.ingest(events, event("old", 1, 1), event("new", 9, 1));
    catchUp();
    // Received ten minutes after the start: only what happened from the ninth on is corrected.
    Row late = change("c", 1, 0, 1, "a");
    lake.ingest(
        changes,
        RowFactory.create(
            late.get(0),
            late.get(1),
            late.get(2),
            late.get(3),
            late.get(4),
            START.plusSeconds(600)));
    catchUp();
    assertThat(shown()).containsExactly("[new,a]", "[old,null]");

    seal();
    JobSpec job = lake.jobs.job("dwd_event");
    new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {}).run(job, ONE_DAY);
    assertThat(rows("SELECT event_id, item_name FROM dwd.event.branch_offline"))
        .containsExactly("[new,a]", "[old,a]");
  }

  @Test
  void anyOrderOfArrivalAndAnyRestartGivesTheRowsOfTheBatch() {
    List<String> first = null;
    int takenBack = 0;
    for (int run = 0; run < 2; run++) {
      open("run" + run, "2 days");
      Random content = new Random(20260314);
      Random order = new Random(run);
      List<Row> rows = new ArrayList<>();
      List<Row> log = new ArrayList<>();
      for (int at = 1; at <= 20; at++) {
        String op = content.nextInt(4) == 0 ? "d" : "u";
        int minute = Math.max(0, 2 * at + content.nextInt(8) - 4);
        log.add(change(op, at, minute, content.nextInt(KEYS), "n" + content.nextInt(5)));
        rows.add(event("e" + content.nextInt(25), content.nextInt(45), content.nextInt(KEYS + 1)));
      }
      while (!rows.isEmpty() || !log.isEmpty()) {
        ingest(order.nextBoolean() ? log : rows, log, order);
        lake.catchUp(lake.jobs.job("dim_item_history"));
        if (order.nextBoolean()) {
          catchUp();
        }
      }
      catchUp();
      List<String> shown = rows("SELECT event_id, item_id, seconds, item_name FROM dwd.event_v");
      assertThat(shown).isNotEmpty().isEqualTo(rows(BY_THE_LOG));
      assertThat(first == null ? shown : first).as("in another order").isEqualTo(shown);
      first = shown;
      takenBack += rows("SELECT 1 FROM dwd.event WHERE takes_back").size();
      theBatchAgrees();
    }
    assertThat(takenBack).as("rows that came before what bears on them").isPositive();
  }

  /** Rows keep their order, because the first of duplicates stays; changes come in any. */
  private void ingest(List<Row> from, List<Row> log, Random order) {
    List<Row> piece = new ArrayList<>();
    for (int i = order.nextInt(6); i >= 0 && !from.isEmpty(); i--) {
      piece.add(from.remove(from == log ? order.nextInt(from.size()) : 0));
    }
    if (!piece.isEmpty()) {
      lake.ingest(from == log ? changes : events, piece.toArray(Row[]::new));
    }
  }

  private Row event(String id, int minute, int item) {
    return lake.message(
        events,
        0,
        """
        {"event_id":"%s","event_time":"%s","item_id":%d,"seconds":%d}"""
            .formatted(id, START.plusSeconds(60L * minute), item, minute));
  }

  private Row change(String op, int at, int minute, int id, String name) {
    String row = "{\"id\": %d, \"name\": \"%s\"}".formatted(id, name);
    long time = START.plusSeconds(60L * minute).toEpochMilli();
    return lake.message(
        changes,
        1,
        """
        {"before": %s, "after": %s, "op": "%s", "ts_ms": %d, "source": {"connector":
         "postgresql", "schema": "public", "table": "item", "lsn": %d, "ts_ms": %d}}"""
            .formatted(
                op.equals("d") ? row : "null", op.equals("d") ? "null" : row, op, time, at, time));
  }

  private void seal() {
    Seals.seal(lake.lake.load(events.output()), ONE_DAY);
    Seals.seal(lake.lake.load(changes.output()), ONE_DAY);
  }

  private void theBatchAgrees() {
    seal();
    BatchRun batch = new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {});
    for (String table : List.of("dwd.event", "dws.event_1d")) {
      JobSpec job = lake.jobs.writerOf(TableName.parse(table)).orElseThrow();
      assertThat(batch.run(job, ONE_DAY)).isNotEmpty();
      assertThat(batch.run(job, ONE_DAY)).allMatch(BatchRun.Report::kept);
      assertThat(rows(lake.tables.readSql(job, table)))
          .as(table)
          .isNotEmpty()
          .isEqualTo(rows(lake.tables.readSql(job, table + ".branch_offline")));
    }
  }

  private List<String> shown() {
    return rows("SELECT event_id, item_name FROM dwd.event_v");
  }

  private List<String> rows(String sql) {
    return lake.rows(sql).stream().sorted().toList();
  }

  private void catchUp() {
    lake.jobs.jobs().stream().filter(job -> !(job instanceof IngestSpec)).forEach(lake::catchUp);
  }
}
