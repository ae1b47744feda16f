package io.tidemark.reconciliation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.compare.Compared;
import io.tidemark.reconciliation.compare.DifferingKeys;
import io.tidemark.reconciliation.compare.Explainer;
import io.tidemark.reconciliation.compare.KeyComparison;
import io.tidemark.reconciliation.compare.MetricTypes;
import io.tidemark.reconciliation.plan.AggregateComparison;
import io.tidemark.reconciliation.plan.Comparison;
import io.tidemark.reconciliation.plan.DimensionDifference;
import io.tidemark.reconciliation.plan.Explanation;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.LateRows;
import io.tidemark.reconciliation.plan.MetricResult;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RunFacts;
import io.tidemark.reconciliation.plan.Shown;
import io.tidemark.reconciliation.plan.SideBySide;
import io.tidemark.reconciliation.plan.TransformComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Compares a pinned day of one job, and has what differs explained. */
final class JobComparison {
  private final SparkSession spark;
  private final JobTables tables;
  private final Sides sides;
  private final Explainer explainer;
  private final WorstKeys worst;
  private final Consumer<String> progress;

  /**
   * A comparison in a session of its own.
   *
   * @param lake tables through a session whose views nobody else uses
   */
  JobComparison(Lakehouse lake, JobTables tables, Explainer explainer, Consumer<String> progress) {
    this.spark = lake.spark();
    this.tables = tables;
    this.sides = new Sides(lake);
    this.explainer = explainer;
    this.worst = new WorstKeys(spark, lake.environment().reconciliation().keysKept());
    this.progress = progress;
  }

  /** The result for a transform, a join or an aggregate. */
  JobResult compare(JobSpec job, Pin pin, RunFacts facts, Optional<LateRows> late) {
    sides.show(job.output(), pin);
    if (job instanceof TransformSpec transform) {
      if (transform.view().isPresent()) {
        sides.read(view -> tables.readSql(transform, view));
      }
      TransformComparison rows =
          new TransformComparison(transform, MetricTypes.columns(tables.shown(transform)));
      return compare(job, rows, Optional.of(rows), transform.reconcile(), pin, facts, late);
    }
    if (job instanceof JoinSpec join) {
      if (join.takesBack()) {
        sides.read(view -> tables.readSql(join, view));
      }
      TransformComparison rows =
          TransformComparison.ofJoin(MetricTypes.columns(tables.shown(join)));
      return compare(job, rows, Optional.of(rows), join.reconcile(), pin, facts, late);
    }
    AggregateSpec aggregate = (AggregateSpec) job;
    return compare(
        job, comparison(aggregate), Optional.empty(), aggregate.reconcile(), pin, facts, late);
  }

  private Comparison comparison(AggregateSpec job) {
    StructType shown = spark.sql(tables.readSql(job, Sides.STREAM)).schema();
    return new AggregateComparison(
        job, MetricTypes.of(job, shown), view -> tables.readSql(job, view));
  }

  private JobResult compare(
      JobSpec job,
      Comparison comparison,
      Optional<TransformComparison> rows,
      ReconcilePolicy policy,
      Pin pin,
      RunFacts facts,
      Optional<LateRows> late) {
    Consumer<String> ofJob =
        text -> progress.accept("%s %s: %s".formatted(pin.day(), job.name(), text));
    KeyComparison engine = new KeyComparison(spark, ofJob);
    try (Compared compared = engine.compare(comparison, Sides.STREAM, Sides.BATCH)) {
      SideBySide shown = comparison.of(Sides.STREAM, Sides.BATCH, Optional.empty());
      JobResult result =
          new JobResult(
              pin,
              facts,
              compared.keys(),
              compared.differingKeys(),
              metrics(compared, shown, rows, policy),
              late,
              Explanation.NONE,
              dimensions(job, compared, shown));
      Optional<DifferingKeys> differing = compared.differing();
      if (differing.isEmpty() || compared.differingKeys() == 0) {
        return result;
      }
      ofJob.accept(
          Shown.counted(compared.differingKeys(), "differing key") + ", looking for causes");
      return explainer.explain(job, differing.get(), result);
    }
  }

  private List<MetricResult> metrics(
      Compared compared,
      SideBySide shown,
      Optional<TransformComparison> rows,
      ReconcilePolicy policy) {
    List<Integer> differing = differing(compared, shown);
    Map<Integer, List<KeyDifference>> worstKeys =
        differing.isEmpty()
            ? Map.of()
            : worst.of(shown, compared.differing().orElseThrow(), differing, rows);
    List<MetricResult> metrics = new ArrayList<>();
    for (int i = 0; i < shown.metricNames().size(); i++) {
      String name = shown.metricNames().get(i);
      metrics.add(
          new MetricResult(
              name,
              shown.numeric().get(i),
              compared.streamTotal(i),
              compared.batchTotal(i),
              compared.net(i),
              compared.measure(i),
              policy.of(name).share(),
              worstKeys.getOrDefault(i, List.of())));
    }
    return metrics;
  }

  private List<DimensionDifference> dimensions(JobSpec job, Compared compared, SideBySide shown) {
    List<String> dimensions =
        job instanceof AggregateSpec aggregate ? aggregate.grouping() : List.of();
    List<Integer> differing = differing(compared, shown);
    return dimensions.isEmpty() || differing.isEmpty()
        ? List.of()
        : worst.dimensions(shown, compared.differing().orElseThrow(), differing, dimensions);
  }

  private static List<Integer> differing(Compared compared, SideBySide shown) {
    return IntStream.range(0, shown.metricNames().size())
        .filter(i -> compared.measure(i).differing() > 0)
        .boxed()
        .toList();
  }
}
