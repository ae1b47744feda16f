package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeclarationsTest {
  private static final ColumnType STRING = ColumnType.parse("string");
  private static final ColumnType TIMESTAMP = ColumnType.parse("timestamp");

  @TempDir Path root;

  @Test
  void withoutAFolderNothingElseIsReported() {
    Path missing = root.resolve("cnf");
    assertThatThrownBy(() -> Declarations.read(missing, "local", Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("1 problem")
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("name it with --conf");
  }

  @Test
  void jobsHaveDefaults() {
    JobCatalog jobs = new Project(root).read().jobs();
    assertThat(jobs.job("ods_event"))
        .isEqualTo(
            new IngestSpec(
                "ods_event",
                "",
                "",
                "event",
                Start.Edge.EARLIEST,
                ReadLimit.NONE,
                List.of(
                    new ColumnSpec("event_id", STRING, true, "event_id", null),
                    new ColumnSpec(
                        "event_time",
                        TIMESTAMP,
                        true,
                        "event_time",
                        ColumnSpec.TimeFormat.EPOCH_MILLIS),
                    new ColumnSpec("seconds", ColumnType.parse("bigint"), false, "seconds", null),
                    new ColumnSpec("channel", STRING, false, "source.channel", null)),
                new EventTimeSpec(
                    "event_time", Instant.parse("2000-01-01T00:00:00Z"), Duration.ofDays(1)),
                TableName.parse("ods.event")));
    assertThat(jobs.job("dws_event_1min"))
        .isEqualTo(
            new AggregateSpec(
                "dws_event_1min",
                "",
                "",
                TableName.parse("ods.event"),
                List.of("channel"),
                Window.ONE_MINUTE,
                Lateness.of(Duration.ofHours(2)),
                List.of(
                    new MetricSpec("pv", MetricSpec.Function.COUNT, "*"),
                    new MetricSpec("seconds", MetricSpec.Function.SUM, "seconds")),
                TableName.parse("dws.event_1min"),
                ReconcilePolicy.DEFAULT));
    assertThat(((TransformSpec) jobs.job("dwd_event")).reconcile())
        .isEqualTo(ReconcilePolicy.DEFAULT);
  }

  @Test
  void everyKeyOfAnIngestJobIsRead() {
    String yaml =
        """
        job: ods_event
        description: What happened.
        owner: us
        topic: Event.v2
        start: latest
        columns:
          at: { type: timestamp, required: true, path: meta.at, format: iso-8601 }
        event-time: { column: at, not-before: 2020-02-03, max-ahead: 5 minutes }
        output: ods.event
        """;
    Project project = new Project(root).without("jobs/c_dws.yml").with("jobs/a_ods.yml", yaml);
    assertThat(project.read().jobs().job("ods_event"))
        .isEqualTo(
            new IngestSpec(
                "ods_event",
                "What happened.",
                "us",
                "Event.v2",
                Start.Edge.LATEST,
                ReadLimit.NONE,
                List.of(
                    new ColumnSpec(
                        "at", TIMESTAMP, true, "meta.at", ColumnSpec.TimeFormat.ISO_8601)),
                new EventTimeSpec(
                    "at", Instant.parse("2020-02-03T00:00:00Z"), Duration.ofMinutes(5)),
                TableName.parse("ods.event")));
  }

  @Test
  void everyKeyOfATransformIsRead() {
    String yaml =
        """
        job: dwd_event
        description: Clean.
        owner: us
        input: ods.event
        sql: other.sql
        dedupe: { key: [channel, event_id] }
        output: dwd.event
        reconcile: { tolerance: 2%, rows: 0, content: 0.5%, publish: always, notify: on-failure }
        """;
    Project project = new Project(root).with("jobs/b_dwd.yml", yaml);
    project.with("jobs/other.sql", "\nSELECT 1 AS one, source.* FROM input\n\n");
    assertThat(project.read().jobs().job("dwd_event"))
        .isEqualTo(
            new TransformSpec(
                "dwd_event",
                "Clean.",
                "us",
                TableName.parse("ods.event"),
                "SELECT 1 AS one, source.* FROM input",
                List.of("channel", "event_id"),
                TableName.parse("dwd.event"),
                new ReconcilePolicy(
                    Tolerance.ofShare(0.02),
                    Map.of("rows", Tolerance.ofShare(0), "content", Tolerance.ofShare(0.005)),
                    ReconcilePolicy.Publish.ALWAYS,
                    ReconcilePolicy.Notify.ON_FAILURE)));
  }

  @Test
  void everyKeyOfAnAggregateIsRead() {
    String yaml =
        """
        job: dws_event_tmin
        description: So far.
        owner: us
        input: dwd.event
        dimensions: []
        window: running day
        lateness: unlimited
        metrics:
          named: { count: channel }
          low: { min: seconds }
          high: { max: seconds }
          mean: { average: seconds }
          ids: { distinct: event_id }
        output: dws.event_tmin
        reconcile:
          tolerance: { share: 0, absolute: 2 }
          ids: 3%
          mean: { relative: 1e-6 }
          high: { share: 4%, relative: 0.5, absolute: 0.01 }
          publish: never
          notify: always
        """;
    assertThat(new Project(root).with("jobs/c_dws.yml", yaml).read().jobs().job("dws_event_tmin"))
        .isEqualTo(
            new AggregateSpec(
                "dws_event_tmin",
                "So far.",
                "us",
                TableName.parse("dwd.event"),
                List.of(),
                Window.RUNNING_DAY,
                Lateness.UNLIMITED,
                List.of(
                    new MetricSpec("named", MetricSpec.Function.COUNT, "channel"),
                    new MetricSpec("low", MetricSpec.Function.MIN, "seconds"),
                    new MetricSpec("high", MetricSpec.Function.MAX, "seconds"),
                    new MetricSpec("mean", MetricSpec.Function.AVERAGE, "seconds"),
                    new MetricSpec("ids", MetricSpec.Function.DISTINCT, "event_id")),
                TableName.parse("dws.event_tmin"),
                new ReconcilePolicy(
                    new Tolerance(0, Optional.of(new Closeness(0, 2))),
                    Map.of(
                        "ids", new Tolerance(0.03, Optional.of(new Closeness(0, 2))),
                        "mean", new Tolerance(0, Optional.of(new Closeness(1e-6, 0))),
                        "high", new Tolerance(0.04, Optional.of(new Closeness(0.5, 0.01)))),
                    ReconcilePolicy.Publish.NEVER,
                    ReconcilePolicy.Notify.ALWAYS)));
  }

  @Test
  void problemsOfAllFilesAreReportedTogether() {
    Project project =
        new Project(root)
            .with("env/test.yml", "time-zone: Mars\n")
            .with("layers.yml", "layrs: {}\n")
            .with("jobs/a_ods.yml", Project.INGEST.replace("bigint", "long"))
            .with("jobs/c_dws.yml", "job: x\njob: y\n  z: [\n")
            .with("jobs/event.sql", "SELECT DISTINCT source.* FROM input");
    assertThatThrownBy(project::read)
        .isInstanceOf(ConfigurationException.class)
        .message()
        .startsWith("10 problems in the configuration:\n")
        .contains("\nconf/env/test.yml\n  line 1: time-zone: 'Mars' is not a time zone;")
        .contains("\n  kafka is missing; write 'kafka: ...' (group)\n")
        .contains("\nconf/layers.yml\n  line 1: layrs is not a key; did you mean 'layers'?\n")
        .contains("\nconf/jobs/a_ods.yml\n  line 6: columns.seconds.type: 'long' is not a type;")
        .contains("\nconf/jobs/b_dwd.yml\n  line 3: sql: 'event.sql' uses DISTINCT;")
        .contains("\n  line 2: job is written twice, first in line 1; keep one of them\n")
        .contains("\n  line 3: file is not YAML: mapping values are not allowed here\n");
  }

  @Test
  void aConfigurationWithoutJobsIsRefused() {
    Project project =
        new Project(root)
            .without("jobs/a_ods.yml")
            .without("jobs/b_dwd.yml")
            .without("jobs/c_dws.yml");
    assertThat(project.problems())
        .containsExactly("conf/jobs > file holds no job; write one as NAME.yml");
  }
}
