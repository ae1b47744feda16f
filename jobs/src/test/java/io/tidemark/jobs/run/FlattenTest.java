package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.plan.ColumnOrigin;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are made of arrays, in stream and batch alike. */
@Tag("any-zone")
class FlattenTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final String STRUCTS =
      "SELECT event_id, from_json(items, 'array<struct<name string, n bigint>>') AS items, source.*"
          + " FROM input";

  @TempDir Path root;
  private MessageLake lake;

  private void open(String sql, String empty) {
    open(sql, empty, "place");
  }

  private void open(String sql, String empty, String key) {
    lake =
        new MessageLake(
            root,
            project ->
                project
                    .without("jobs/c_dws.yml")
                    .with(
                        "jobs/a_ods.yml",
                        """
                        job: ods_event
                        topic: event
                        columns:
                          event_id: string
                          event_time: { type: timestamp, required: true, format: iso-8601 }
                          items: string
                        event-time: { column: event_time }
                        output: ods.event
                        """)
                    .with("jobs/event.sql", sql)
                    .with(
                        "jobs/b_dwd.yml",
                        """
                        job: dwd_event
                        input: ods.event
                        sql: event.sql
                        flatten: { column: items, index: place, empty: %s }
                        dedupe: { key: [event_id, %s] }
                        output: dwd.event
                        """
                            .formatted(empty, key)));
  }

  @Test
  void structsBecomeColumnsAndRowsWithoutElementsStayAsDeclared() {
    open(STRUCTS, "keep");
    send("a", "[{\\\"name\\\":\\\"x\\\",\\\"n\\\":1},{\\\"name\\\":\\\"y\\\"}]");
    send("b", "[]");
    send("c", null);
    send("a", "[{\\\"name\\\":\\\"again\\\"}]");

    assertThat(streamed("event_id, place, name, n"))
        .containsExactlyInAnyOrder(
            "[a,0,x,1]", "[a,1,y,null]", "[b,null,null,null]", "[c,null,null,null]");
    assertThat(batch("event_id, place, name, n"))
        .containsExactlyInAnyOrderElementsOf(streamed("event_id, place, name, n"));
    TransformSpec job = (TransformSpec) lake.jobs.job("dwd_event");
    assertThat(lake.tables.origins(job, job.inputs().get(0).table()).get("name"))
        .containsExactly(ColumnOrigin.ofInput("items"));
    new SqlCheck(lake.jobs, lake.tables).check(lake.jobs.jobs());
  }

  @Test
  void otherElementsStandInTheColumnAndRowsWithoutAnyAreDropped() {
    open("SELECT event_id, split(items, '-') AS items, source.* FROM input", "drop", "items");
    send("a", "x-y-x");
    send("b", null);

    assertThat(streamed("event_id, place, items"))
        .as("of rows of one message the first element's stays")
        .containsExactlyInAnyOrder("[a,0,x]", "[a,1,y]");
    assertThat(batch("event_id, place, items"))
        .containsExactlyInAnyOrderElementsOf(streamed("event_id, place, items"));
  }

  @Test
  void whatIsNoArrayIsRefused() {
    open("SELECT event_id, items, source.* FROM input", "drop");
    assertThatThrownBy(() -> new SqlCheck(lake.jobs, lake.tables).check(lake.jobs.jobs()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("flatten.column: 'items' is not an array");
  }

  private void send(String id, String items) {
    IngestSpec job = lake.ingest("ods_event");
    lake.ingest(
        job,
        lake.message(
            job,
            0,
            "{\"event_id\":\"%s\",\"event_time\":\"2026-03-14T01:00:00Z\",\"items\":%s}"
                .formatted(id, items == null ? "null" : "\"" + items + "\"")));
  }

  private List<String> streamed(String columns) {
    lake.catchUp(lake.jobs.job("dwd_event"));
    return lake.rows("SELECT " + columns + " FROM dwd.event");
  }

  private List<String> batch(String columns) {
    Seals.seal(lake.lake.load(lake.ingest("ods_event").output()), new Range(DAY, DAY));
    new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {})
        .run(lake.jobs.job("dwd_event"), new Range(DAY, DAY));
    return lake.rows("SELECT " + columns + " FROM dwd.event.branch_offline");
  }
}
