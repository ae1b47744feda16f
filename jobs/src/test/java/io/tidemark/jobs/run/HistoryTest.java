package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A history, in any order of arrival, cut anywhere and each piece read by another driver, is what
 * plain SQL says of the change log.
 */
@Tag("any-zone")
class HistoryTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final long START = MessageLake.TIME.toEpochMilli();
  private static final int KEYS = 4;

  /** What was valid at each minute, by the words of the decision: the last in the log by then. */
  private static final String BY_THE_LOG =
      """
      SELECT id, minute, name FROM (
        SELECT c.id, p.minute, c.name, c.change_op,
          row_number() OVER (PARTITION BY c.id, p.minute ORDER BY c.log_offset DESC) AS place
        FROM ods.item_change c
        JOIN (SELECT explode(sequence(0, 60)) AS minute) p
        ON c.event_time <= timestamp_millis(%d + 60000 * p.minute))
      WHERE place = 1 AND change_op <> 'delete'"""
          .formatted(START);

  private static final String BY_THE_HISTORY =
      """
      SELECT h.id, p.minute, h.name FROM dim.item_history_v h
      JOIN (SELECT explode(sequence(0, 60)) AS minute) p
      ON h.valid_from <= timestamp_millis(%1$d + 60000 * p.minute)
        AND (h.valid_to IS NULL OR timestamp_millis(%1$d + 60000 * p.minute) < h.valid_to)"""
          .formatted(START);

  @TempDir Path root;
  private MessageLake lake;
  private IngestSpec changes;
  private JobSpec history;

  private static Project project(Project project) {
    return project
        .with(
            "jobs/d_changes.yml",
            """
            job: ods_item_change
            topic: item
            payload: { format: debezium-json, key: [id] }
            columns:
              id: bigint
              name: string
              note: string
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

  private void open(String folder) {
    lake = new MessageLake(root.resolve(folder), HistoryTest::project);
    changes = lake.ingest("ods_item_change");
    history = lake.jobs.job("dim_item_history");
    lake.tables.ensure(history);
  }

  private Row change(String op, int at, int minute, int id, String name, String note) {
    String row =
        """
        {"id": %d, "name": "%s", "note": %s}"""
            .formatted(id, name, note);
    return lake.message(
        changes,
        0,
        """
        {"before": %s, "after": %s, "op": "%s", "ts_ms": %d, "source": {"connector":
         "postgresql", "schema": "public", "table": "item", "lsn": %d, "ts_ms": %d}}"""
            .formatted(
                op.equals("d") ? row : "null",
                op.equals("d") ? "null" : row,
                op,
                START + 60_000L * minute,
                at,
                START + 60_000L * minute));
  }

  @Test
  void versionsBeginAndEndWithTheChangesOfTheLog() {
    open("one");
    lake.ingest(
        changes,
        change("u", 3, 20, 1, "c", "\"__debezium_unavailable_value\""),
        change("c", 1, 0, 1, "a", "\"n1\""));
    lake.catchUp(history);
    lake.ingest(
        changes,
        change("u", 2, 10, 1, "b", "\"n2\""),
        change("c", 4, 5, 2, "x", "\"n3\""),
        change("u", 2, 10, 1, "b", "\"n2\""));
    lake.ingest(
        changes,
        change("d", 5, 15, 2, "x", "null"),
        change("c", 6, 30, 2, "y", "\"__debezium_unavailable_value\""),
        // A clock that went back: the log says what came later.
        change("u", 7, 25, 2, "z", "\"n4\""));
    lake.catchUp(history);

    assertThat(
            lake.rows(
                "SELECT id, name, note, minute(valid_from), minute(valid_to) FROM dim.item_history_v ORDER BY id, valid_from"))
        .containsExactly(
            "[1,a,n1,0,10]",
            "[1,b,n2,10,20]",
            "[1,c,n2,20,null]",
            "[2,x,n3,5,15]",
            "[2,z,n4,25,null]");
    theBatchAgrees();
  }

  @Test
  void anyOrderOfArrivalAndAnyRestartGivesWhatTheLogSays() {
    List<String> first = null;
    for (int run = 0; run < 3; run++) {
      open("run" + run);
      Random content = new Random(20260314);
      Random order = new Random(run);
      List<Row> all = new ArrayList<>();
      for (int at = 1; at <= 40; at++) {
        String op = content.nextInt(4) == 0 ? "d" : "u";
        int minute = Math.max(0, at + content.nextInt(8) - 4);
        Row change = change(op, at, minute, content.nextInt(KEYS), "n" + at, "null");
        all.add(change);
        if (content.nextInt(5) == 0) {
          all.add(change);
        }
      }
      Collections.shuffle(all, order);
      for (int from = 0; from < all.size(); ) {
        int to = Math.min(all.size(), from + 1 + order.nextInt(20));
        lake.ingest(changes, all.subList(from, to).toArray(Row[]::new));
        lake.catchUp(history);
        from = to;
      }
      List<String> rows = sorted(BY_THE_HISTORY);
      assertThat(rows).isNotEmpty().isEqualTo(sorted(BY_THE_LOG));
      assertThat(first == null ? rows : first).as("in another order").isEqualTo(rows);
      first = rows;
    }
    theBatchAgrees();
  }

  private void theBatchAgrees() {
    Range day = new Range(DAY, DAY);
    Seals.seal(lake.lake.load(changes.output()), day);
    new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {}).run(history, day);
    String table = history.output().toString();
    assertThat(sorted(lake.tables.readSql(history, table)))
        .isNotEmpty()
        .isEqualTo(sorted(lake.tables.readSql(history, table + ".branch_offline")));
  }

  private List<String> sorted(String sql) {
    return lake.rows(sql).stream().sorted().toList();
  }
}
