package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.run.BatchRun;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamRun;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.DerivedMetric;
import io.tidemark.jobs.spec.DerivedMetric.Operation;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricDefinition.OverColumn;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.RegisteredMetric;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.plan.DayReport;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.MetricResult;
import io.tidemark.reconciliation.publish.JobOutcome;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import io.tidemark.reconciliation.publish.Publishing;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A metric of the registry gets another definition while a day is open, or after it is over. */
@Tag("any-zone")
class MetricVersionTest {
  private static final LocalDate DAY = LocalDate.parse("2026-03-01");
  private static final AggregateSpec BEFORE = job(1, "u");
  private static final AggregateSpec AFTER = job(2, "id");
  private static final String CHANGE = "(metric readers went from version 1 to version 2)";

  @TempDir Path folder;
  private TestLake test;

  @BeforeEach
  void streamByTheFirstVersion() {
    test = new TestLake(folder, "SELECT id, u, ch, n, price, amount, source.* FROM input");
    test.day(DAY);
    test.ingest();
    test.catchUp(test.dwd);
    catchUp(BEFORE);
    test.seal(TestLake.days(DAY, DAY));
  }

  @Test
  void derivedMetricsAreComparedBesideTheirParts() {
    batch(BEFORE);

    DayResult result = compare(BEFORE);

    assertThat(result.jobs().get(0).metrics())
        .extracting(MetricResult::metric)
        .containsExactly("pv", "uv", "n_sum", "per_reader");
    assertThat(result.jobs().get(0).equal()).isTrue();
    assertThat(metric(result, "per_reader").batch()).isNotEqualTo("0");
  }

  @Test
  void aDifferenceIsExplainedByTheVersions() {
    batch(BEFORE);
    assertThatThrownBy(() -> compare(AFTER))
        .isInstanceOf(NotReadyException.class)
        .hasMessageContaining(CHANGE);
    batch(AFTER);

    DayResult result = compare(AFTER);

    assertThat(metric(result, "pv").measure().differing()).isZero();
    for (String name : List.of("uv", "per_reader")) {
      assertThat(metric(result, name).worst())
          .as(name)
          .isNotEmpty()
          .allSatisfy(
              key -> {
                assertThat(key.causes()).containsOnlyKeys(Cause.DEFINITION);
                assertThat(key.evidence()).contains("; today's is ", CHANGE);
              });
    }
    assertThat(result.jobs().get(0).unexplained()).isZero();
    assertThat(DayReport.lines(result)).anyMatch(line -> line.contains(CHANGE));
  }

  /** What stands on main then is a batch, which says by itself what it was made by. */
  @Test
  void aPublishedDayIsExplainedByTheVersionsOfItsBatch() {
    batch(BEFORE);
    Reconciliation reconciliation = reconciliation(BEFORE);
    reconciliation.record(compare(BEFORE, test.dwd));
    assertThat(
            new Publishing(test.lake, catalog(BEFORE))
                .publish(List.of(test.dwd, BEFORE), DAY, new Wish(false, Optional.empty())))
        .extracting(JobOutcome::status)
        .containsOnly(Status.DONE);
    batch(AFTER);

    DayResult result = compare(AFTER);

    assertThat(metric(result, "uv").worst())
        .isNotEmpty()
        .allSatisfy(key -> assertThat(key.evidence()).contains(CHANGE));
  }

  /** By channel, so that a reader comes several times: as many users as events is no difference. */
  private static AggregateSpec job(long version, String column) {
    return new AggregateSpec(
        "dws_m_1d",
        "",
        "",
        TableName.parse("dwd.e"),
        List.of("ch"),
        Map.of(),
        Window.ONE_DAY,
        Lateness.UNLIMITED,
        List.of(
            new MetricSpec("pv", Function.COUNT, "*"),
            new MetricSpec("uv", Function.DISTINCT, column),
            new MetricSpec("n_sum", Function.SUM, "n")),
        List.of(new DerivedMetric("per_reader", Operation.RATIO, List.of("n_sum", "uv"))),
        Map.of(
            "uv",
            new RegisteredMetric(
                "readers",
                version,
                "",
                "us",
                "users",
                new OverColumn(Function.DISTINCT, column, null),
                "conf/metrics/a.yml")),
        TableName.parse("dws.m_1d"),
        ReconcilePolicy.tolerating(0.01, Map.of()));
  }

  private JobCatalog catalog(AggregateSpec job) {
    return new JobCatalog(List.<JobSpec>of(test.ods, test.dwd, job));
  }

  private JobTables tables(AggregateSpec job) {
    return new JobTables(test.lake, catalog(job));
  }

  private void catchUp(AggregateSpec job) {
    MicroBatchListener quiet =
        new MicroBatchListener() {
          @Override
          public void committed(MicroBatchReport report) {}
        };
    new StreamRun(test.lake, catalog(job), tables(job), new StopSignal(), quiet)
        .catchUp(List.of(job));
  }

  private void batch(AggregateSpec job) {
    new BatchRun(test.lake, catalog(job), tables(job), report -> {})
        .run(job, TestLake.days(DAY, DAY));
  }

  private Reconciliation reconciliation(AggregateSpec job) {
    return new Reconciliation(test.lake, catalog(job), tables(job), Clock.systemUTC(), text -> {});
  }

  private DayResult compare(AggregateSpec job, JobSpec... more) {
    List<JobSpec> jobs = new ArrayList<>(List.of(more));
    jobs.add(job);
    Reconciliation reconciliation = reconciliation(job);
    return reconciliation.compare(DAY, reconciliation.pin(jobs, TestLake.days(DAY, DAY)).get(DAY));
  }

  private static MetricResult metric(DayResult result, String name) {
    return result.jobs().get(0).metrics().stream()
        .filter(metric -> metric.metric().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
