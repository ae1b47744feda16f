package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.plan.ColumnOrigin;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.Project;
import io.tidemark.jobs.spec.TransformSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which columns a column is made of, as Spark understands the SQL. */
@Tag("any-zone")
class ColumnOriginsTest {
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: w }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      spark: { spark.master: "local[1]", spark.ui.enabled: false }
      """;

  @TempDir Path root;

  @Test
  void anExpressionIsMadeOfAllItsColumns() {
    Map<String, List<ColumnOrigin>> origins =
        origins(
            """
            SELECT event_id, lower(Channel) AS Channel, 1 AS one,
              CASE WHEN channel = 'x' THEN seconds * 2 END AS weighed, source.*
            FROM input WHERE event_time IS NOT NULL
            """);

    assertThat(origins.get("event_id")).containsExactly(ColumnOrigin.ofInput("event_id"));
    assertThat(origins.get("channel")).containsExactly(ColumnOrigin.ofInput("channel"));
    assertThat(origins.get("one")).isEmpty();
    assertThat(origins.get("weighed"))
        .containsExactly(ColumnOrigin.ofInput("channel"), ColumnOrigin.ofInput("seconds"));
    assertThat(origins.get("kafka_offset")).containsExactly(ColumnOrigin.ofInput("kafka_offset"));
    assertThat(origins.get("dt")).containsExactly(ColumnOrigin.ofInput("dt"));
  }

  @Test
  void namesAreFollowedThroughSubqueriesAndStars() {
    Map<String, List<ColumnOrigin>> origins =
        origins(
            """
            WITH long AS (SELECT *, seconds + 1 AS more FROM input WHERE seconds > 9)
            SELECT i.event_id, i.most, i.place.name, i.place.n + i.more AS sum, i.source.*
            FROM (SELECT l.*, more * length(channel) AS most FROM long l) i
            """);

    assertThat(origins.get("most"))
        .containsExactly(ColumnOrigin.ofInput("channel"), ColumnOrigin.ofInput("seconds"));
    assertThat(origins.get("name")).containsExactly(new ColumnOrigin("place", "name"));
    assertThat(origins.get("sum"))
        .containsExactly(ColumnOrigin.ofInput("seconds"), new ColumnOrigin("place", "n"));
    assertThat(origins.get("ingest_batch")).containsExactly(ColumnOrigin.ofInput("ingest_batch"));
  }

  private Map<String, List<ColumnOrigin>> origins(String sql) {
    Declarations declarations =
        new Project(root)
            .with("env/test.yml", ENVIRONMENT)
            .with(
                "jobs/b_dwd.yml",
                Project.TRANSFORM
                    + "lookup: { place: { table: dim.place, key: { id: channel },"
                    + " columns: { name: string, n: int } } }\n")
            .with("jobs/event.sql", sql)
            .read();
    Lakehouse lake = Lakehouse.withoutTables(declarations.environment());
    TransformSpec transform = (TransformSpec) declarations.jobs().job("dwd_event");
    return new JobTables(lake, declarations.jobs())
        .origins(transform, transform.inputs().get(0).table());
  }
}
