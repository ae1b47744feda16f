package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version of a metric stands for one definition, once a table has it. */
@Tag("any-zone")
class MetricRecordTest {
  private static final String EVENTS =
      "metrics:\n  events: { version: %d, owner: us, unit: events, %s }\n";

  @TempDir Path root;
  private Table table;

  @BeforeEach
  void create() {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dws"));
    table =
        catalog.createTable(
            TableIdentifier.of("dws", "event_1min"),
            new Schema(Types.NestedField.optional(1, "dt", Types.DateType.get())));
  }

  @Test
  void aVersionIsWrittenDownOnce() {
    MetricRecord.keep(table, job(1, "count: \"*\""));
    MetricRecord.keep(table, job(2, "count: channel"));
    int written = writes();
    MetricRecord.keep(table, job(2, "count: channel"));
    MetricRecord.keep(table, job(1, "count: \"*\""));

    assertThat(table.properties())
        .containsEntry("tidemark.metric.events.1", "count(*)")
        .containsEntry("tidemark.metric.events.2", "count(channel)");
    assertThat(writes()).as("going back is no change, and nothing new").isEqualTo(written);
  }

  @Test
  void anotherDefinitionUnderAVersionIsRefused() {
    MetricRecord.keep(table, job(1, "count: \"*\""));
    MetricRecord.keep(table, job(2, "count: channel"));
    Map<String, String> before = table.properties();

    assertThatThrownBy(() -> MetricRecord.keep(table, job(1, "distinct: channel")))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refused ->
                assertThat(refused.problems())
                    .containsExactly(
                        new Problem(
                            "conf/metrics/a.yml",
                            "metrics.events.version",
                            "1",
                            "stands for count(*) in table dws.event_1min, and is distinct(channel)"
                                + " now; raise version to 3, or take the change back")));
    assertThat(table.properties()).isEqualTo(before);
  }

  /** With another version of what it is made of, a metric is another one. */
  @Test
  void aMetricThatIsMadeOfOthersChangesWithThem() {
    AggregateSpec before = rated(1, "count: \"*\"", 1);
    AggregateSpec after = rated(2, "count: channel", 1);
    MetricRecord.keep(table, before);

    List<Problem> problems = MetricRecord.problems(Map.of(after, table.properties()));

    assertThat(problems)
        .extracting(Problem::text)
        .containsExactly(
            "metrics.rate.version: '1' stands for ratio(seconds v1, events v1) in table"
                + " dws.event_1min, and is ratio(seconds v1, events v2) now; raise version to 2, or"
                + " take the change back");
    assertThat(MetricRecord.problems(Map.of(rated(2, "count: channel", 2), table.properties())))
        .isEmpty();
  }

  private int writes() {
    return ((BaseTable) table).operations().current().previousFiles().size();
  }

  private AggregateSpec job(int version, String definition) {
    return read(EVENTS.formatted(version, definition), "  pv: events\n");
  }

  /** With a metric that is made of two. */
  private AggregateSpec rated(int version, String definition, int rate) {
    return read(
        EVENTS.formatted(version, definition)
            + "  seconds: { version: 1, owner: us, unit: s, sum: seconds }\n"
            + "  rate: { version: %d, owner: us, unit: n, ratio: [seconds, events] }\n"
                .formatted(rate),
        "  pv: events\n  spent: seconds\n  rate: rate\n");
  }

  private AggregateSpec read(String registry, String metrics) {
    String own = "  pv: { count: \"*\" }\n  seconds: { sum: seconds }\n";
    assertThat(Project.AGGREGATE).contains(own);
    return (AggregateSpec)
        new Project(root)
            .with("metrics/a.yml", registry)
            .with("jobs/c_dws.yml", Project.AGGREGATE.replace(own, metrics))
            .read()
            .jobs()
            .job("dws_event_1min");
  }
}
