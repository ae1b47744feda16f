package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.DerivedMetric.Operation;
import io.tidemark.jobs.spec.ListedMetric.MetricColumn;
import io.tidemark.jobs.spec.MetricDefinition.OfMetrics;
import io.tidemark.jobs.spec.MetricDefinition.OverColumn;
import io.tidemark.jobs.spec.MetricDefinition.Part;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metrics are declared once, and jobs name them. */
class MetricRegistryTest {
  static final String REGISTRY =
      """
      metrics:
        events:
          version: 1
          owner: us
          unit: events
          count: "*"
        seconds:
          version: 2
          owner: us
          unit: seconds
          description: Time spent.
          input: ods.event
          sum: seconds
        pace:
          version: 1
          owner: us
          unit: seconds per event
          ratio: [seconds, events]
      """;
  static final String JOB =
      Project.AGGREGATE
          .replace("pv: { count: \"*\" }", "pv: events")
          .replace("seconds: { sum: seconds }", "seconds: { metric: seconds }\n  pace: pace");

  @TempDir Path root;

  @Test
  void everyKeyIsRead() {
    List<RegisteredMetric> metrics = project().read().metrics().metrics();

    assertThat(metrics)
        .containsExactly(
            new RegisteredMetric(
                "events",
                1,
                "",
                "us",
                "events",
                new OverColumn(Function.COUNT, "*", null),
                "conf/metrics/a.yml"),
            new RegisteredMetric(
                "seconds",
                2,
                "Time spent.",
                "us",
                "seconds",
                new OverColumn(Function.SUM, "seconds", TableName.parse("ods.event")),
                "conf/metrics/a.yml"),
            new RegisteredMetric(
                "pace",
                1,
                "",
                "us",
                "seconds per event",
                new OfMetrics(
                    Operation.RATIO, List.of(new Part("seconds", 2), new Part("events", 1))),
                "conf/metrics/a.yml"));
    assertThat(metrics)
        .extracting(metric -> metric.definition().text())
        .as("tables have these texts written down: another one looks like another definition")
        .containsExactly("count(*)", "sum(seconds) of ods.event", "ratio(seconds v2, events v1)");
  }

  @Test
  void aJobHasThemByItsOwnNames() {
    Project project =
        new Project(root)
            .with(
                "metrics/a.yml",
                REGISTRY
                    + """
                      rest:
                        { version: 1, owner: us, unit: s, difference: [seconds, events] }
                      sum:
                        { version: 1, owner: us, unit: s, total: [seconds, events, rest] }
                    """)
            .with(
                "jobs/c_dws.yml",
                JOB.replace(
                    "  pace: pace",
                    "  both: sum\n  low: { min: seconds }\n  rest: rest\n  pace: pace"));

    AggregateSpec job = (AggregateSpec) project.read().jobs().job("dws_event_1min");

    assertThat(job.metrics())
        .containsExactly(
            new MetricSpec("pv", Function.COUNT, "*"),
            new MetricSpec("seconds", Function.SUM, "seconds"),
            new MetricSpec("low", Function.MIN, "seconds"));
    assertThat(job.derived())
        .containsExactly(
            new DerivedMetric("both", Operation.TOTAL, List.of("seconds", "pv", "rest")),
            new DerivedMetric("rest", Operation.DIFFERENCE, List.of("seconds", "pv")),
            new DerivedMetric("pace", Operation.RATIO, List.of("seconds", "pv")));
    assertThat(job.registered().entrySet())
        .extracting(each -> Map.entry(each.getKey(), each.getValue().name()))
        .containsExactly(
            Map.entry("pv", "events"),
            Map.entry("seconds", "seconds"),
            Map.entry("both", "sum"),
            Map.entry("rest", "rest"),
            Map.entry("pace", "pace"));
  }

  @Test
  void aProjectWithoutTheFolderHasNone() {
    assertThat(new Project(root).read().metrics().metrics()).isEmpty();
  }

  @Test
  void metricsAreListedWithTheColumnsThatHoldThem() {
    Declarations declarations =
        project().with("jobs/d.yml", Project.AGGREGATE.replace("event_1min", "other_1min")).read();

    List<ListedMetric> listed = ListedMetric.all(declarations.metrics(), declarations.jobs());

    AggregateSpec job = (AggregateSpec) declarations.jobs().job("dws_event_1min");
    assertThat(listed)
        .extracting(ListedMetric::name)
        .containsExactly(
            "events", "seconds", "pace", "dws_other_1min.pv", "dws_other_1min.seconds");
    assertThat(listed.get(0).columns()).containsExactly(new MetricColumn(job, "pv"));
    assertThat(listed.get(4).registered()).isNull();
    assertThat(listed.get(4).definition()).isEqualTo("sum(seconds)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          version: 2 | version: 3 | true
          ratio: [seconds, events] | difference: [seconds, events] | true
          ratio: [seconds, events] | ratio: [events, seconds] | true
          sum: seconds | max: seconds | true
          unit: seconds | unit: s | false
          owner: us | owner: them | false
          Time spent. | Time that was spent. | false
          """)
  void aJobsDefinitionChangesWithItsMetrics(String written, String instead, boolean changes) {
    assertThat(REGISTRY).contains(written);
    List<String> before = hashes(project());
    List<String> after =
        hashes(project().with("metrics/a.yml", REGISTRY.replace(written, instead)));

    assertThat(!after.equals(before)).isEqualTo(changes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          version: 2 | version: 0 | line 8: metrics.seconds.version: '0' is not a whole number from 1; write digits only, such as 500000
          unit: events | `` | line 2: metrics.events.unit is missing; write 'unit: ...' (text)
          sum: seconds | `` | line 7: metrics.seconds declares 0 functions and operations; write exactly one of count, sum, min, max, average, distinct, approximate-distinct, ratio, difference, total
          sum: seconds | `sum: seconds\\n    max: seconds` | line 7: metrics.seconds declares 2 functions and operations; write exactly one of count, sum, min, max, average, distinct, approximate-distinct, ratio, difference, total
          sum: seconds | summ: seconds | line 13: metrics.seconds.summ is not a key; did you mean 'sum'?
          [seconds, events] | [seconds] | line 18: metrics.pace.ratio names 1 metrics; name two, as [first, second]
          ratio: [seconds, events] | total: [seconds] | line 18: metrics.pace.total names 1 metrics; name two or more, as [first, second]
          [seconds, events] | seconds | line 18: metrics.pace.ratio: 'seconds' is not a list; write [first, second] or one '- item' a line
          [seconds, events] | [seconds, seconds] | line 18: metrics.pace.ratio: 'seconds' is named twice; make it of two metrics
          [seconds, events] | [seconds, event] | line 18: metrics.pace.ratio: 'event' is not a metric below conf/metrics; did you mean 'events'?
          [seconds, events] | [seconds, pace] | line 18: metrics.pace.ratio: 'pace' makes a circle (pace, then pace again); make it of metrics that do not lead back
          ratio: | `input: ods.event\\n    ratio:` | line 18: metrics.pace.input: 'ods.event' is for a metric over a column; this one is made of others, so remove it
          """)
  void aMetricIsRefused(String written, String instead, String problem) {
    assertThat(REGISTRY).contains(written);
    Project project =
        project().with("metrics/a.yml", REGISTRY.replace(written, instead.replace("\\n", "\n")));

    assertThat(project.problems()).containsExactly("conf/metrics/a.yml > " + problem);
  }

  @Test
  void whatDoesNotGoTogetherIsRefusedAcrossFiles() {
    Project project =
        project()
            .with(
                "metrics/b.yml",
                """
                metrics:
                  a: { version: 1, owner: us, unit: n, total: [events, b] }
                  b: { version: 1, owner: us, unit: n, difference: [c, events] }
                  c: { version: 1, owner: us, unit: n, ratio: [events, a] }
                  pace: { version: 1, owner: us, unit: n, count: "*" }
                  Pace: { version: 1, owner: us, unit: n, count: "*" }
                """);

    assertThat(project.problems())
        .containsExactly(
            "conf/metrics/b.yml > line 5: metrics.pace is declared in conf/metrics/a.yml, too; keep"
                + " one of them",
            "conf/metrics/b.yml > line 6: metrics.Pace is not a metric name; use lower-case"
                + " letters, digits and underscores",
            "conf/metrics/b.yml > line 4: metrics.c.ratio: 'a' makes a circle (a, b, c, then a"
                + " again); make it of metrics that do not lead back");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `  seconds: { metric: seconds }\\n` | `` | line 8: metrics.pace.metric: 'pace' is ratio(seconds v2, events v1), and this job does not have seconds; add it to the job's metrics, as 'seconds: seconds'
          pace: pace | pace: pacee | line 9: metrics.pace.metric: 'pacee' is not a metric below conf/metrics; did you mean 'pace'?
          pace: pace | pace: "*" | line 9: metrics.pace.metric: '*' is not a name; use lower-case letters, digits and underscores
          pace: pace | more: events | line 9: metrics.more.metric: 'events' is column pv of this job already; keep one of them
          pace: pace | pace: { metric: pace, sum: seconds } | line 9: metrics.pace declares 2 functions; write exactly one of count, sum, min, max, average, distinct, approximate-distinct, metric
          pace: pace | pace: [pace] | line 9: metrics.pace is not a group of keys; write below it: count, sum, min, max, average, distinct, approximate-distinct, metric, where, time
          """)
  void aReferenceIsRefused(String written, String instead, String problem) {
    String from = written.replace("\\n", "\n");
    assertThat(JOB).contains(from);
    Project project =
        project().with("jobs/c_dws.yml", JOB.replace(from, instead.replace("\\n", "\n")));

    assertThat(project.problems()).containsExactly("conf/jobs/c_dws.yml > " + problem);
  }

  @Test
  void aMetricHasToFitTheInput() {
    assertThat(
            project()
                .with("metrics/a.yml", REGISTRY.replace("sum: seconds", "sum: second"))
                .problems())
        .containsExactly(
            "conf/jobs/c_dws.yml > line 8: metrics.seconds: 'second' (by metric seconds,"
                + " conf/metrics/a.yml) is not a column of ods.event; did you mean 'seconds'?");
    assertThat(
            project()
                .with("metrics/a.yml", REGISTRY.replace("input: ods.event", "input: dwd.event"))
                .problems())
        .containsExactly(
            "conf/jobs/c_dws.yml > line 8: metrics.seconds.metric: 'seconds' is computed over"
                + " dwd.event, and this job reads ods.event; take a metric over that, or write a"
                + " function");
  }

  /** What is wrong with a file is told by it, and not by all who name what stands in it. */
  @Test
  void aBrokenFileMakesNoFurtherProblems() {
    assertThat(project().with("metrics/a.yml", "metrics:\n\t- x").problems()).hasSize(1);
    assertThat(project().with("metrics/a.yml", "metric: 1").problems()).hasSize(2);
  }

  private Project project() {
    return new Project(root).with("metrics/a.yml", REGISTRY).with("jobs/c_dws.yml", JOB);
  }

  private static List<String> hashes(Project project) {
    return project.read().jobs().jobs().stream().map(SpecHash::of).toList();
  }
}
