package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.AlertSpec.Above;
import io.tidemark.jobs.spec.AlertSpec.Below;
import io.tidemark.jobs.spec.AlertSpec.Change;
import io.tidemark.jobs.spec.AlertSpec.Stale;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alerts stand beside what they are about, and wrong ones are refused with what to write. */
class AlertTest {
  private static final String RECEIVERS =
      """
      mail: { host: mail.example.com, from: t@example.com, recipients: { default: [a@example.com] } }
      alerts:
        receivers:
          night: { mail: [night@example.com] }
          hook: { webhook: "${env:HOOK}" }
      """;

  @TempDir Path root;

  @Test
  void everyKeyIsReadAndHasADefault() {
    Project project =
        new Project(root)
            .with(
                "jobs/a_ods.yml",
                Project.INGEST + "alerts: { late: { freshness: 90 seconds, to: [night] } }\n")
            .with(
                "jobs/c_dws.yml",
                Project.AGGREGATE
                    + """
                    freshness: 7 minutes
                    alerts:
                      few: { metric: pv, below: 10, to: [night] }
                      many:
                        metric: seconds
                        above: 0.5
                        for: 3
                        settle: 2 minutes
                        only: { channel: [app, web] }
                        remind-after: 4 hours
                        to: [night, hook]
                      odd:
                        metric: pv
                        change: { against: 14 days, falls-by: 30%, rises-by: 250.5% }
                        to: [hook]
                      stale: { freshness: declared, to: [night] }
                    """);

    assertThat(project.read().jobs().alerts())
        .containsExactly(
            new AlertSpec(
                "ods_event",
                "late",
                new Stale(Duration.ofSeconds(90)),
                1,
                Duration.ZERO,
                Map.of(),
                List.of("night"),
                null,
                Duration.ofSeconds(90)),
            new AlertSpec(
                "dws_event_1min",
                "few",
                new Below("pv", BigDecimal.TEN),
                1,
                Duration.ofMinutes(1),
                Map.of(),
                List.of("night"),
                null,
                Duration.ofMinutes(7)),
            new AlertSpec(
                "dws_event_1min",
                "many",
                new Above("seconds", new BigDecimal("0.5")),
                3,
                Duration.ofMinutes(2),
                Map.of("channel", List.of("app", "web")),
                List.of("night", "hook"),
                Duration.ofHours(4),
                Duration.ofMinutes(7)),
            new AlertSpec(
                "dws_event_1min",
                "odd",
                new Change("pv", 14, new BigDecimal("30"), new BigDecimal("250.5")),
                1,
                Duration.ofMinutes(1),
                Map.of(),
                List.of("hook"),
                null,
                Duration.ofMinutes(7)),
            new AlertSpec(
                "dws_event_1min",
                "stale",
                new Stale(Duration.ofMinutes(7)),
                1,
                Duration.ZERO,
                Map.of(),
                List.of("night"),
                null,
                Duration.ofMinutes(7)));
    assertThat(project.read().jobs().alerts())
        .extracting(AlertSpec::text)
        .containsExactly(
            "less fresh than 90.0 seconds",
            "pv below 10",
            "seconds above 0.5, in 3 windows in a row",
            "pv falls by more than 30% or rises by more than 250.5% against 14 days before",
            "less fresh than 7 minutes");
  }

  @Test
  void oneBesideAMetricNamesTheJobWhoseWindowsAreLookedAt() {
    Project project =
        new Project(root)
            .with(
                "metrics/a.yml",
                MetricRegistryTest.REGISTRY.replace(
                    "    count: \"*\"\n",
                    "    count: \"*\"\n    alerts: { few: { job: dws_event_1min, below: 1, to: [night] } }\n"))
            .with("jobs/c_dws.yml", MetricRegistryTest.JOB);

    assertThat(project.read().jobs().alerts())
        .extracting(AlertSpec::fullName, AlertSpec::text)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("dws_event_1min.few", "pv below 1"));
    project.with(
        "metrics/a.yml",
        MetricRegistryTest.REGISTRY.replace(
            "    count: \"*\"\n",
            "    count: \"*\"\n    alerts: { few: { job: dws_event_1mi, below: 1, to: [night] } }\n"));
    assertThat(project.problems())
        .singleElement()
        .asString()
        .contains("alerts.few.job: 'dws_event_1mi' is no job that has metric events")
        .contains("did you mean 'dws_event_1min'");
  }

  @Test
  void keysAreTheCombinationsOfNamedValues() {
    AlertSpec alert =
        new AlertSpec(
            "j",
            "a",
            new Below("pv", BigDecimal.ONE),
            1,
            Duration.ZERO,
            new java.util.TreeMap<>(Map.of("a", List.of("1", "2"), "b", List.of("x"))),
            List.of("night"),
            null,
            Duration.ofMinutes(5));

    assertThat(alert.keys())
        .containsExactly(Map.of("a", "1", "b", "x"), Map.of("a", "2", "b", "x"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { below: 1, to: [night] }                                   | metric is missing; write 'metric: pv'
          { metric: vp, below: 1, to: [night] }                       | is not a metric of job dws_event_1min; did you mean 'pv'
          { metric: pv, to: [night] }                                 | declares 0 conditions; write exactly one of above, below, change, freshness
          { metric: pv, above: 1, below: 0, to: [night] }             | declares 2 conditions
          { metric: pv, above: many, to: [night] }                    | is not a number; write digits
          { metric: pv, change: { falls-by: 30 }, to: [night] }       | is not a percentage
          { metric: pv, change: { falls-by: 100% }, to: [night] }     | is never reached
          { metric: pv, change: { against: 7 days }, to: [night] }    | says no direction
          { metric: pv, change: { against: 36 hours, falls-by: 1% }, to: [night] } | is not a number of days
          { metric: pv, above: 1, only: { chanel: [a] }, to: [night] } | is not a dimension of job dws_event_1min; did you mean 'channel'
          { metric: pv, above: 1, only: { channel: [] }, to: [night] } | names no value
          { metric: pv, above: 1, only: { channel: [a, a] }, to: [night] } | is named twice
          { metric: pv, above: 1, for: 101, to: [night] }             | is more than 100 windows
          { metric: pv, above: 1, to: [] }                            | tells nobody
          { metric: pv, above: 1 }                                    | to is missing
          { metric: users, above: 1, to: [night] }                    | has to name values of channel: users is made of a distinct
          { freshness: 5 minutes, for: 2, to: [night] }               | is for a metric; freshness is looked at as it is
          { freshness: 5, to: [night] }                               | is not a duration
          """)
  void aWrongOneIsRefusedWithWhatToWrite(String alert, String problem) {
    Project project =
        new Project(root)
            .with(
                "jobs/c_dws.yml",
                Project.AGGREGATE.replace(
                        "  seconds: { sum: seconds }",
                        "  seconds: { sum: seconds }\n  users: { distinct: event_id }")
                    + "alerts:\n  a: "
                    + alert
                    + "\n");

    assertThat(project.problems())
        .singleElement()
        .asString()
        .startsWith("conf/jobs/c_dws.yml > line ")
        .contains("alerts.a")
        .contains(problem);
  }

  @Test
  void aJobWithoutMetricsHasAlertsOfFreshnessAlone() {
    Project project =
        new Project(root)
            .with(
                "jobs/b_dwd.yml", Project.TRANSFORM + "alerts: { a: { above: 1, to: [night] } }\n");

    assertThat(project.problems())
        .singleElement()
        .asString()
        .contains("alerts.a.above is for the metrics of an aggregate, and this job has none");
  }

  @Test
  void receiversHaveToBeThoseOfTheEnvironmentWhereItHasAny() throws Exception {
    Project project =
        new Project(root)
            .with(
                "jobs/c_dws.yml",
                Project.AGGREGATE + "alerts: { a: { metric: pv, above: 1, to: [nihgt] } }\n");
    assertThat(project.problems()).as("an environment that tells nobody").isEmpty();

    Path environment = root.resolve("conf/env/test.yml");
    Files.writeString(environment, Files.readString(environment) + RECEIVERS);

    assertThat(project.problems())
        .singleElement()
        .asString()
        .startsWith("conf/env/test.yml > alerts.receivers.nihgt is missing, and alert")
        .contains("dws_event_1min.a")
        .contains("did you mean 'night'");
  }

  @Test
  void anAlertIsNoPartOfWhatAJobComputes() {
    Project project = new Project(root);
    JobSpec before = project.read().jobs().job("dws_event_1min");

    project.with(
        "jobs/c_dws.yml",
        Project.AGGREGATE + "alerts: { a: { metric: pv, above: 1, to: [night] } }\n");

    assertThat(project.read().jobs().job("dws_event_1min")).isEqualTo(before);
  }
}
