package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Compares an aggregate metric by metric, as its readers see it: one row per key. */
public final class AggregateComparison implements Comparison {
  private final List<String> keys;
  private final List<MetricColumn> metrics;
  private final UnaryOperator<String> read;
  private final boolean running;

  /**
   * A comparison.
   *
   * @param metrics what is compared
   * @param read SQL that reads one row per key from a view of the table's rows
   */
  public AggregateComparison(
      AggregateSpec job, List<MetricColumn> metrics, UnaryOperator<String> read) {
    this.keys = new AggregateSql(job).keys();
    this.metrics = List.copyOf(metrics);
    this.read = read;
    this.running = job.window() == Window.RUNNING_DAY;
  }

  /**
   * The metrics that are compared. The rows behind a key are among them in any case, as the
   * declared {@code count(*)} or by the table's own row count: a lost row whose every value is NULL
   * shows nowhere else, nor does one that is counted by another time. What is made of other metrics
   * is compared beside them, as averages are.
   */
  public static List<String> metrics(AggregateSpec job) {
    List<String> names = new ArrayList<>(job.metrics().stream().map(MetricSpec::name).toList());
    job.derived().forEach(metric -> names.add(metric.name()));
    if (job.hasOwnTimes() || job.metrics().stream().noneMatch(AggregateComparison::countsRows)) {
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

  @Override
  public HashedRows hashed(String view) {
    return new HashedRows(
        read.apply(view),
        keys.stream().map(Sql::name).toList(),
        metrics.stream().flatMap(metric -> metric.hashed().stream()).toList());
  }

  @Override
  public List<MetricTotal> totals() {
    return metrics.stream()
        .map(
            metric ->
                new MetricTotal(
                    metric.sideTotal(),
                    MetricTotal.Of.VALUES,
                    metric.type() == MetricColumn.Type.ORDERED
                        ? MetricTotal.Of.KEYS
                        : MetricTotal.Of.VALUES))
        .toList();
  }

  /** What a running day shows at a minute needs every minute before: there all rows are read. */
  @Override
  public SideBySide of(String streamView, String batchView, Optional<Only> only) {
    return new SideBySide(
        present(streamView, only),
        present(batchView, only),
        keys,
        IntStream.range(0, metrics.size()).mapToObj(i -> metrics.get(i).compared(i)).toList());
  }

  private String present(String view, Optional<Only> only) {
    List<String> names = keys.stream().map(Sql::name).toList();
    String rows;
    if (only.isEmpty()) {
      rows = read.apply(view);
    } else if (running) {
      rows = only.get().rowsOf("(" + read.apply(view) + ")", names);
    } else {
      rows = read.apply("(" + only.get().rowsOf(view, names) + ")");
    }
    return "SELECT *, TRUE AS present__, 1L AS rows__, %s AS kh__ FROM (%s)"
        .formatted(HashedRows.keyHash(names), rows);
  }

  private static boolean countsRows(MetricSpec metric) {
    return metric.function() == Function.COUNT
        && metric.column().equals("*")
        && metric.where().isEmpty();
  }
}
