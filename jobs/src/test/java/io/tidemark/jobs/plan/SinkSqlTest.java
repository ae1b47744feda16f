package io.tidemark.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By what a copy that was made otherwise is recognised. */
class SinkSqlTest {
  @TempDir Path root;

  @Test
  void aDerivedMetricIsToldThroughItsParts() {
    assertThat(sql("ratio: [seconds, events]").told("pace"))
        .isEqualTo("ratio(SUM(`seconds`), SUM(`pv`))");
    assertThat(sql("ratio: [events, seconds]").told("pace"))
        .isEqualTo("ratio(SUM(`pv`), SUM(`seconds`))");
  }

  @Test
  void aMetricOfItsOwnIsToldByItsParts() {
    SinkSql sql = sql("ratio: [seconds, events]");

    assertThat(sql.rows()).isEqualTo("one of each key");
    assertThat(sql.told("pv")).isEqualTo("SUM(`pv`)");
    assertThat(sql.told("mean")).isEqualTo("SUM(`mean__sum`) / SUM(`mean__count`)");
    assertThat(sql.told(AggregateSql.ROW_COUNT)).isEqualTo("stored");
  }

  private SinkSql sql(String pace) {
    JobSpec job =
        new Project(root)
                .with(
                    "metrics/a.yml",
                    """
                metrics:
                  events: { version: 1, owner: us, unit: n, count: "*" }
                  seconds: { version: 1, owner: us, unit: s, sum: seconds }
                  pace: { version: 1, owner: us, unit: s, %s }
                """
                        .formatted(pace))
                .with(
                    "jobs/c_dws.yml",
                    """
                job: dws_event_1min
                input: ods.event
                dimensions: [channel]
                window: 1 minute
                lateness: 2 hours
                metrics:
                  pv: events
                  seconds: seconds
                  pace: pace
                  mean: { average: seconds }
                output: dws.event_1min
                """)
                .read()
                .jobs()
                .jobs()
                .stream()
                .filter(AggregateSpec.class::isInstance)
                .findFirst()
                .orElseThrow();
    return new SinkSql(job, List.of(), List.of(), Set.of(), "dt", UnaryOperator.identity());
  }
}
