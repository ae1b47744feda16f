package io.tidemark.reconciliation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Tolerances;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.plan.AggregateComparison;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.LateRows;
import io.tidemark.reconciliation.plan.Measure;
import io.tidemark.reconciliation.plan.MetricResult;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.SideBySide;
import io.tidemark.reconciliation.plan.TransformComparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Compares a pinned day of one job. Each side is read once for the numbers; only where something
 * differs, once more for the worst keys.
 */
final class JobComparison {
  private static final String DIFFERING = "differing_keys";
  private static final String WORST = "worst_keys";

  private final SparkSession spark;
  private final JobTables tables;
  private final Sides sides;

  /**
   * A comparison in a session of its own.
   *
   * @param lake tables through a session whose views nobody else uses
   */
  JobComparison(Lakehouse lake, JobTables tables) {
    this.spark = lake.spark();
    this.tables = tables;
    this.sides = new Sides(lake);
  }

  /** The result for a transform or an aggregate. */
  JobResult compare(JobSpec job, Pin pin, Optional<LateRows> late) {
    sides.show(job.output(), pin);
    if (job instanceof TransformSpec transform) {
      return compare(transform, pin);
    }
    AggregateSpec aggregate = (AggregateSpec) job;
    String stream = tables.readSql(aggregate, Sides.STREAM);
    StructType shown = spark.sql(stream).schema();
    SideBySide comparison =
        AggregateComparison.of(
            aggregate,
            AggregateComparison.metrics(aggregate).stream()
                .map(
                    name ->
                        MetricTypes.column(shown, name, AggregateComparison.total(aggregate, name)))
                .toList(),
            stream,
            tables.readSql(aggregate, Sides.BATCH));
    Summary summary = summary(comparison);
    List<List<KeyDifference>> worst = worst(comparison, summary, null);
    return result(pin, comparison, summary, worst, aggregate.tolerances(), late);
  }

  private JobResult compare(TransformSpec job, Pin pin) {
    TransformComparison rows =
        new TransformComparison(job, MetricTypes.columns(tables.schema(job)));
    SideBySide comparison = rows.of(Sides.STREAM, Sides.BATCH);
    Summary summary = summary(comparison);
    List<List<KeyDifference>> worst = worst(comparison, summary, rows);
    return result(pin, comparison, summary, worst, job.tolerances(), Optional.empty());
  }

  private static JobResult result(
      Pin pin,
      SideBySide comparison,
      Summary summary,
      List<List<KeyDifference>> worst,
      Tolerances tolerances,
      Optional<LateRows> late) {
    List<MetricResult> metrics = new ArrayList<>();
    for (int i = 0; i < comparison.metricNames().size(); i++) {
      String name = comparison.metricNames().get(i);
      metrics.add(
          new MetricResult(
              name,
              comparison.numeric().get(i),
              summary.streamTotal(i),
              summary.batchTotal(i),
              summary.measure(i),
              tolerances.of(name),
              worst.get(i)));
    }
    return new JobResult(pin, summary.keys(), metrics, late);
  }

  private Summary summary(SideBySide comparison) {
    return new Summary(spark.sql(comparison.summary()).head());
  }

  private List<List<KeyDifference>> worst(
      SideBySide comparison, Summary summary, TransformComparison rows) {
    int metrics = comparison.metricNames().size();
    List<List<KeyDifference>> worst = new ArrayList<>();
    Dataset<Row> differing =
        spark.sql(comparison.differing()).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      differing.createOrReplaceTempView(DIFFERING);
      for (int i = 0; i < metrics; i++) {
        Measure measure = summary.measure(i);
        worst.add(measure.differing() == 0 ? List.of() : worstOf(comparison, i, rows));
      }
    } finally {
      differing.unpersist();
    }
    return worst;
  }

  private List<KeyDifference> worstOf(SideBySide comparison, int metric, TransformComparison rows) {
    boolean byContent =
        comparison.metricNames().get(metric).equals(TransformComparison.CONTENT) && rows != null;
    String sql = comparison.worst(DIFFERING, metric);
    if (byContent) {
      spark.sql(comparison.worstRows(DIFFERING, metric)).createOrReplaceTempView(WORST);
      sql = rows.differences(WORST, Sides.STREAM, Sides.BATCH);
    }
    return spark.sql(sql).collectAsList().stream()
        .map(row -> difference(row, comparison.keys(), rows != null))
        .toList();
  }

  private static KeyDifference difference(Row row, List<String> keys, boolean nullIsAbsent) {
    Map<String, String> key = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!(nullIsAbsent && row.isNullAt(i))) {
        key.put(keys.get(i), row.getString(i));
      }
    }
    return new KeyDifference(key, row.getString(keys.size()), row.getString(keys.size() + 1));
  }
}
