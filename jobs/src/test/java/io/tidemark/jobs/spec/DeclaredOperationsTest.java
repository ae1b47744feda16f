package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.plan.AggregateSql;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of only some rows, rows of arrays, times from the future: as they are declared. */
class DeclaredOperationsTest {
  private static final String SOME_ROWS =
      Project.AGGREGATE.replace(
          "count: \"*\" }", "count: \"*\", where: { channel: web, event_id: \"it's\" } }");

  @TempDir Path root;

  @Test
  void aMetricMayCountOnlySomeRows() {
    JobCatalog jobs = new Project(root).with("jobs/c_dws.yml", SOME_ROWS).read().jobs();
    AggregateSpec job = (AggregateSpec) jobs.job("dws_event_1min");
    MetricSpec metric = job.metrics().get(0);

    assertThat(metric.where()).isEqualTo(Map.of("channel", "web", "event_id", "it's"));
    assertThat(metric.definition()).isEqualTo("count(*) where channel = web and event_id = it's");
    assertThat(metric.columns()).containsExactly("channel", "event_id");
    assertThat(job.metrics().get(1).where()).isEmpty();
    assertThat(new AggregateSql(job).inputColumns()).contains("channel", "event_id", "seconds");
    assertThat(new AggregateSql(job).rows("input"))
        .contains(
            "CASE WHEN CAST(`channel` AS STRING) = 'web' AND CAST(`event_id` AS STRING) ="
                + " 'it\\'s' THEN TRUE END AS `pv__where`");
    assertThat(SpecHash.of(job))
        .as("other rows are another definition")
        .isNotEqualTo(
            SpecHash.of(
                new Project(root)
                    .with("jobs/c_dws.yml", SOME_ROWS.replace("web", "app"))
                    .read()
                    .jobs()
                    .job("dws_event_1min")));
  }

  @Test
  void refusesColumnsThatAreNotThereAndMetricsOfTheRegistry() {
    assertThat(problems("jobs/c_dws.yml", SOME_ROWS.replace("channel: web", "chanel: web")))
        .singleElement()
        .asString()
        .contains("metrics.pv: 'chanel' is not a column of ods.event; did you mean 'channel'?");
    assertThat(
            new Project(root)
                .with(
                    "metrics/a.yml",
                    "metrics:\n  events: { version: 1, owner: us, unit: n, count: \"*\" }\n")
                .with(
                    "jobs/c_dws.yml",
                    Project.AGGREGATE.replace(
                        "{ count: \"*\" }", "{ metric: events, where: { channel: web } }"))
                .problems())
        .singleElement()
        .asString()
        .contains("counts the rows that the registry says; remove 'where'");
  }

  @Test
  void anArrayBecomesRowsByName() {
    String flatten = Project.TRANSFORM + "flatten: { column: items, index: place }\n";
    TransformSpec job =
        (TransformSpec)
            new Project(root).with("jobs/b_dwd.yml", flatten).read().jobs().job("dwd_event");
    assertThat(job.flatten()).isEqualTo(new FlattenSpec("items", "place", FlattenSpec.Empty.DROP));
    assertThat(problems("jobs/b_dwd.yml", flatten.replace("index: place", "index: items")))
        .singleElement()
        .asString()
        .contains("flatten.index: 'items' is the name of another column; choose another name");
  }

  @Test
  void aTimeAheadMayBeKeptOrClamped() {
    String clamp =
        Project.INGEST.replace(
            "{ column: event_time }",
            "{ column: event_time, max-ahead: 10 minutes, ahead: clamp }");
    IngestSpec job =
        (IngestSpec) new Project(root).with("jobs/a_ods.yml", clamp).read().jobs().job("ods_event");
    assertThat(job.eventTime().ahead()).isEqualTo(EventTimeSpec.Ahead.CLAMP);
    assertThat(problems("jobs/a_ods.yml", clamp.replace("clamp", "bend")))
        .singleElement()
        .asString()
        .contains("event-time.ahead");
  }

  private List<String> problems(String file, String text) {
    return new Project(root).with(file, text).problems();
  }
}
