package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokenTransformTest {
  private static final String LOOKUP =
      """
      lookup:
        place:
          table: dim.place
          key: { id: channel }
          columns: { name: string }
      """;

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sql: event.sql | sql: evnt.sql | line 3: sql: 'evnt.sql' does not exist; write the file beside this one
          sql: event.sql | sql: ../event.sql | line 3: sql: '../event.sql' is not the name of an SQL file beside this one; write a name that ends with .sql
          sql: event.sql | | file is of no kind; declare exactly one of topic (ingest), sql (transform), inputs (union), join, metrics (aggregate), delete (mirror), history (history), or jdbc, kafka or redis (sink)
          sql: event.sql | sql: event.sql\\ntopic: event | file is of several kinds, by topic and sql; declare exactly one of topic (ingest), sql (transform), inputs (union), join, metrics (aggregate), delete (mirror), history (history), or jdbc, kafka or redis (sink)
          key: [event_id] | key: [] | line 4: dedupe.key is empty; name the columns, or remove dedupe to keep every row
          key: [event_id] | key: event_id | line 4: dedupe.key: 'event_id' is not a list; write [first, second] or one '- item' a line
          key: [event_id] | key: [a, a] | line 4: dedupe.key: 'a' is named twice; name it once
          key: [event_id] | key: [event_id], latest-by: [event_id] | line 4: dedupe.latest-by: 'event_id' is of the key, and so the same in all rows of one; remove it
          key: [event_id] | key: [event_id], latest-by: [a, a] | line 4: dedupe.latest-by: 'a' is named twice; name it once
          { key: [event_id] } | {} | line 4: dedupe.key is missing; write 'key: ...' (list of name)
          output: dwd.event | output: dwd.event\\nreconcile: { rows: { absolute: 1 } } | line 6: reconcile.rows has a relative or absolute part, and a transform's rows are equal or not; write a percentage alone
          output: dwd.event | output: dwd.event\\nreconcile: { row: 0 } | line 6: reconcile.row is not a metric of this job; did you mean 'rows'?
          """)
  void isRefused(String written, String instead, String problem) {
    assertThat(Project.TRANSFORM).contains(written);
    String replacement = instead == null ? "" : instead.replace("\\n", "\n");
    Project project =
        new Project(root).with("jobs/b_dwd.yml", Project.TRANSFORM.replace(written, replacement));
    assertThat(project.problems()).containsExactly("conf/jobs/b_dwd.yml > " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          place: | source: | line 7: lookup.source has the name of what every row has already; choose another name
          place: | kafka_topic: | line 7: lookup.kafka_topic has the name of what every row has already; choose another name
          place: | Place: | line 7: lookup.Place is not a name; use lower-case letters, digits and underscores
          dim.place | ods.event | line 7: lookup.place: 'ods.event' is written by job ods_event; a dimension is a table that no job writes: look it up in one that is loaded by other means, or write a history of its change log and look it up 'as-of: event-time'
          dim.place | dimension.place | line 7: lookup.place: 'dimension.place' is in no declared layer; use one of ods, dwd, dwm, dws, ads, dim, ops
          dim.place | dim.a_name_that_is_longer_than_thirty | line 7: lookup.place: 'dim.a_name_that_is_longer_than_thirty' has a name of 33 characters; use at most 30 in dim
          { id: channel } | {} | line 7: lookup.place has an empty key; write 'key: { COLUMN OF THE DIMENSION: COLUMN OF THE INPUT }'
          { name: string } | {} | line 7: lookup.place has no columns; write 'columns: { NAME: TYPE }' for those that the SQL uses
          name: string | name: text | line 10: lookup.place.columns.name: 'text' is not a type; use string, boolean, int, bigint, double, decimal(p,s), date or timestamp
          table: dim.place | tabel: dim.place | line 8: lookup.place.tabel is not a key; did you mean 'table'?
          """)
  void aLookupIsRefused(String written, String instead, String problem) {
    assertThat(LOOKUP).contains(written);
    List<String> problems =
        new Project(root)
            .with("jobs/b_dwd.yml", Project.TRANSFORM + LOOKUP.replace(written, instead))
            .problems();
    assertThat(problems).contains("conf/jobs/b_dwd.yml > " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT source.* FROM input GROUP  BY a | GROUP BY
          SELECT DISTINCT source.* FROM input | DISTINCT
          SELECT source.* FROM input Order\\nBy a | ORDER BY
          SELECT source.* FROM input SORT BY a | SORT BY
          SELECT source.* FROM input LIMIT 5 | LIMIT
          SELECT source.*, max(a) OVER(PARTITION BY b) FROM input | OVER(
          SELECT source.* FROM input UNION ALL SELECT source.* FROM input | UNION
          SELECT source.* FROM input JOIN other | JOIN
          """)
  void refusesWhatIsNotRowByRow(String sql, String name) {
    assertThat(sql(sql))
        .containsExactly(
            "conf/jobs/b_dwd.yml > line 3: sql: 'event.sql' uses "
                + name
                + "; a transform works row by row, because a stream sees its rows in micro-batches"
                + " of any size; remove it, or declare an aggregate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "now()",
        "current_timestamp",
        "CURRENT_TIMESTAMP()",
        "current_date",
        "rand()",
        "randn(1)",
        "uuid()",
        "monotonically_increasing_id()",
        "input_file_name()",
        "shuffle(a)"
      })
  void refusesWhatDiffersFromRunToRun(String call) {
    String name = call.toLowerCase(Locale.ROOT).replaceAll("\\(.*", "");
    assertThat(sql("SELECT " + call + " AS x, source.* FROM input"))
        .containsExactly(
            "conf/jobs/b_dwd.yml > line 3: sql: 'event.sql' calls "
                + name
                + ", which differs from run to run; the same row must give the same result in any"
                + " micro-batch, so use a column such as event_time or kafka_time");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a, -- DISTINCT, now()\n source . * from INPUT",
        "SELECT /* UNION\n now() */ source.* FROM input",
        "SELECT 'GROUP BY it\\'s now()' AS x, source.* FROM input",
        "SELECT \"ORDER BY\" AS x, source.* FROM input",
        "SELECT `limit`, a.union, uuid, input.now AS now, source.* FROM input",
        "SELECT event_time AS current_date, source.* FROM input",
        "SELECT over, source.* FROM input WHERE distinct_id > 1"
      })
  void readsSqlByItsTokens(String sql) {
    assertThat(sql(sql)).isEmpty();
  }

  @Test
  void wantsTheRowsOriginAndItsInput() {
    assertThat(sql("SELECT a FROM other -- source.* FROM input"))
        .containsExactly(
            "conf/jobs/b_dwd.yml > line 3: sql: 'event.sql' does not select source.*, by which a"
                + " row keeps its place in Kafka; add source.* to the selected columns",
            "conf/jobs/b_dwd.yml > line 3: sql: 'event.sql' does not read FROM input; that is what"
                + " the job's input is called");
    assertThat(sql("  -- nothing\n"))
        .containsExactly(
            "conf/jobs/b_dwd.yml > line 3: sql: 'event.sql' is empty; write SELECT ..., source.*"
                + " FROM input");
  }

  private List<String> sql(String sql) {
    return new Project(root).with("jobs/event.sql", sql.replace("\\n", "\n")).problems();
  }
}
