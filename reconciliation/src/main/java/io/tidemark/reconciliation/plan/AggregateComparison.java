package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.ArrayList;
import java.util.List;

/** Compares an aggregate metric by metric, as its readers see it: one row per key. */
public final class AggregateComparison {
  private AggregateComparison() {}

  /**
   * The metrics that are compared. The rows behind a key are among them in any case, as the
   * declared {@code count(*)} or by the table's own row count: a lost row whose every value is NULL
   * shows nowhere else.
   */
  public static List<String> metrics(AggregateSpec job) {
    List<String> names = new ArrayList<>(job.metrics().stream().map(MetricSpec::name).toList());
    if (job.metrics().stream().noneMatch(AggregateComparison::countsRows)) {
      names.add(0, AggregateSql.ROW_COUNT);
    }
    return names;
  }

  /** What shows a metric of this job in one value. */
  public static String total(AggregateSpec job, String metric) {
    return job.metrics().stream()
        .filter(spec -> spec.name().equals(metric))
        .map(MetricSpec::function)
        .filter(function -> function == Function.MIN || function == Function.MAX)
        .map(Function::name)
        .findFirst()
        .orElse(Function.SUM.name());
  }

  /**
   * The comparison.
   *
   * @param stream SQL that reads one row per key from the stream's side
   * @param batch the same of the batch's side
   */
  public static SideBySide of(
      AggregateSpec job, List<MetricColumn> columns, String stream, String batch) {
    return new SideBySide(
        present(stream),
        present(batch),
        new AggregateSql(job).keys(),
        columns.stream().map(MetricColumn::compared).toList());
  }

  private static String present(String rows) {
    return "SELECT *, TRUE AS present__ FROM (" + rows + ")";
  }

  private static boolean countsRows(MetricSpec metric) {
    return metric.function() == Function.COUNT && metric.column().equals("*");
  }
}
