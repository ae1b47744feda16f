package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes for SQL by its words, and is refused by its plan. */
class SqlCheckTest {
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: w }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      spark: { spark.master: "local[1]", spark.ui.enabled: false }
      """;

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT source.* FROM input, range(3) r WHERE r.id = seconds | a second table
          SELECT source.* FROM input WHERE seconds IN (SELECT id FROM range(3)) | a subquery
          SELECT source.*, count(*) OVER w AS n FROM input WINDOW w AS (PARTITION BY channel) | a window function
          SELECT source.*, n FROM input LATERAL VIEW explode(array(1, 2)) t AS n | several rows of one
          SELECT source.*, unix_timestamp() AS n FROM input | current_timestamp
          SELECT source.*, reflect('java.util.UUID', 'randomUUID') AS n FROM input | reflect
          SELECT source.* FROM input TABLESAMPLE (50 PERCENT) | Sample
          """)
  void refusesWhatIsNotRowByRowOrNotStable(String sql, String named) {
    assertThat(problems(sql)).singleElement().asString().contains("sql", named);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT lower(channel) AS channel, event_id, source.* FROM input WHERE seconds > 0",
        "SELECT event_id, source.* FROM (SELECT * FROM input WHERE channel = 'now()') i",
        "WITH long AS (SELECT * FROM input WHERE seconds > 9) SELECT event_id, l.source.*"
            + " FROM long l",
        "SELECT event_id, to_date('2026-01-15') AS d, unix_timestamp(event_time) AS s, source.*"
            + " FROM input"
      })
  void acceptsWhatWorksRowByRow(String sql) {
    assertThat(problems(sql)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          place | channel | SELECT event_id, place.name, source.* FROM input |
          place | channel | SELECT event_id, place.nam, source.* FROM input | does not work
          seconds | channel | SELECT event_id, source.* FROM input | lookup: 'seconds' is a column of the input, too; choose another name
          place | chanel | SELECT event_id, source.* FROM input | lookup.place.key.id: 'chanel' is not a column of ods.event; the columns are event_id, event_time, seconds, channel
          """)
  void looksUpByColumnsOfTheInput(String name, String column, String sql, String problem) {
    String lookup =
        "lookup: { %s: { table: dim.place, key: { id: %s }, columns: { name: string } } }\n"
            .formatted(name, column);
    List<String> problems =
        problems(
            new Project(root)
                .with("jobs/b_dwd.yml", Project.TRANSFORM + lookup)
                .with("jobs/event.sql", sql));
    if (problem == null) {
      assertThat(problems).isEmpty();
    } else {
      assertThat(problems).singleElement().asString().contains(problem);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sum", "average"})
  void refusesToAddUpWhatATransformMakesAText(String function) {
    Project project =
        new Project(root)
            .with("jobs/event.sql", "SELECT event_id, channel, seconds, source.* FROM input")
            .with(
                "jobs/c_dws.yml",
                Project.AGGREGATE
                    .replace("ods.event", "dwd.event")
                    .replace("sum: seconds", function + ": channel"));
    assertThat(problems(project))
        .containsExactly(
            "metrics.seconds: 'channel' is of type STRING, which does not add up; use a numeric"
                + " column, or count, min, max or distinct");
  }

  @Test
  void refusesMetricsOverWhatATransformDoesNotGive() {
    Project project =
        new Project(root)
            .with(
                "metrics/a.yml",
                """
                metrics:
                  spent: { version: 1, owner: us, unit: s, sum: second }
                """)
            .with(
                "jobs/c_dws.yml",
                Project.AGGREGATE
                    .replace("ods.event", "dwd.event")
                    .replace("count: \"*\"", "count: chanel")
                    .replace("{ sum: seconds }", "spent"));
    assertThat(problems(project))
        .containsExactly(
            "metrics.pv: 'chanel' is not a column of dwd.event; did you mean 'channel'?",
            "metrics.seconds: 'second' (by metric spent, conf/metrics/a.yml) is not a column of"
                + " dwd.event; the columns are event_id, channel, dt, event_time, kafka_topic,"
                + " kafka_partition, kafka_offset, kafka_time, ingest_batch");
  }

  @Test
  void refusesToMakeMetricsOfWhatIsNoNumber() {
    Project project =
        new Project(root)
            .with(
                "metrics/a.yml",
                """
                metrics:
                  events: { version: 1, owner: us, unit: n, count: "*" }
                  latest: { version: 1, owner: us, unit: time, max: event_time }
                  mean: { version: 1, owner: us, unit: s, average: seconds }
                  right: { version: 1, owner: us, unit: s, ratio: [mean, events] }
                  rate: { version: 1, owner: us, unit: n, ratio: [latest, events] }
                """)
            .with(
                "jobs/c_dws.yml",
                Project.AGGREGATE.replace(
                    "{ sum: seconds }",
                    "mean\n  events: events\n  latest: latest\n  right: right\n  rate: rate"));
    assertThat(problems(project))
        .containsExactly(
            "metrics.rate: 'latest' is of type TIMESTAMP, and a ratio is made of numbers; make it"
                + " of others");
  }

  @Test
  void refusesInputsOfAUnionThatGiveOtherColumns() {
    Project project =
        new Project(root)
            .with(
                "jobs/a_app.yml",
                """
                job: ods_app
                topic: app
                columns:
                  event_id: bigint
                  event_time: { type: timestamp, required: true }
                event-time: { column: event_time }
                output: ods.app
                """)
            .with("jobs/app.sql", "SELECT event_id, 1 AS more, source.* FROM input")
            .with("jobs/event.sql", "SELECT event_id, source.* FROM input")
            .with(
                "jobs/b_dwd.yml",
                """
                job: dwd_event
                inputs:
                  - { table: ods.event, sql: event.sql }
                  - { table: ods.app, sql: app.sql }
                output: dwd.event
                """);
    assertThat(problems(project))
        .containsExactly(
            "inputs: 'event_id' is STRING in what ods.event gives, and BIGINT in what ods.app gives;"
                + " let all inputs give the same columns, by CAST or NULL",
            "inputs: 'more' is missing in what ods.event gives, and INT in what ods.app gives; let"
                + " all inputs give the same columns, by CAST or NULL");
    project.with("jobs/app.sql", "SELECT CAST(event_id AS STRING), source.* FROM input");
    assertThat(problems(project)).isEmpty();
  }

  @Test
  void refusesToCompareWhatIsNoNumberWithOne() {
    assertThat(
            problems(
                new Project(root)
                    .with(
                        "jobs/c_dws.yml",
                        Project.AGGREGATE.replace("sum: seconds", "max: event_time"))
                    .with(
                        "views/v.yml",
                        """
                        view: ads.event_v
                        of: dws.event_1min
                        rollup:
                          metrics:
                            all: { count: "*", having: { pv: '> 1' } }
                            late: { count: "*", having: { seconds: '> 1' } }
                        """)))
        .containsExactly(
            "rollup.metrics.late.having: 'seconds' is of type TIMESTAMP, and is"
                + " compared with a number; take another metric");
  }

  private List<String> problems(String sql) {
    return problems(
        new Project(root)
            .with("jobs/b_dwd.yml", Project.TRANSFORM.replace("dedupe: { key: [event_id] }\n", ""))
            .with("jobs/event.sql", sql));
  }

  private static List<String> problems(Project project) {
    Declarations declarations = project.with("env/test.yml", ENVIRONMENT).read();
    Lakehouse lake = Lakehouse.withoutTables(declarations.environment());
    try {
      new SqlCheck(declarations.jobs(), new JobTables(lake, declarations.jobs()))
          .check(declarations.jobs().jobs());
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems().stream().map(Problem::text).toList();
    }
  }
}
