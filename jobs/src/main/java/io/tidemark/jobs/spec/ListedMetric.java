package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A metric and the columns that hold it.
 *
 * @param name of the registry; of a metric that is one job's own, {@code job.column}, and of a
 *     rollup's {@code layer.view.column}
 * @param registered its entry; {@code null} for one of a job or a view alone
 * @param owner who answers for it; empty for nobody
 * @param definition what it is, in one line
 * @param columns where it is; none for a metric that no job has
 */
public record ListedMetric(
    String name,
    RegisteredMetric registered,
    String owner,
    String definition,
    List<MetricColumn> columns) {
  /**
   * A column of a job, stored in its table or only shown by its view, or of a rollup of it.
   *
   * @param rollup the declared view that has it; {@code null} for the job
   */
  public record MetricColumn(AggregateSpec job, String name, ViewSpec rollup) {
    /** A column of a job. */
    public MetricColumn(AggregateSpec job, String name) {
      this(job, name, null);
    }

    /** Where readers find it. */
    public TableName view() {
      return rollup == null ? job.view().orElseThrow() : rollup.name();
    }

    /** The column with what has it: the table of the job, or the rollup. */
    public String text() {
      return (rollup == null ? job.output() : rollup.name()) + "." + name;
    }

    private Stream<Function> functions() {
      return rollup == null
          ? job.metrics().stream()
              .filter(metric -> metric.name().equals(name))
              .map(MetricSpec::function)
          : ((RollupSpec) rollup.shape())
              .metrics().stream()
                  .filter(metric -> metric.name().equals(name))
                  .map(RollupMetric::function);
    }
  }

  public ListedMetric {
    columns = List.copyOf(columns);
  }

  /**
   * All metrics: those of the registry, in its order, then those of each job alone, then those of
   * rollups.
   */
  public static List<ListedMetric> all(MetricRegistry registry, JobCatalog jobs) {
    List<AggregateSpec> aggregates =
        jobs.jobs().stream()
            .filter(AggregateSpec.class::isInstance)
            .map(AggregateSpec.class::cast)
            .toList();
    List<ListedMetric> listed = new ArrayList<>();
    for (RegisteredMetric metric : registry.metrics()) {
      listed.add(
          new ListedMetric(
              metric.name(),
              metric,
              metric.owner(),
              metric.definition().text(),
              aggregates.stream().flatMap(job -> columnOf(job, metric).stream()).toList()));
    }
    aggregates.forEach(job -> listed.addAll(ownOf(job)));
    aggregates.forEach(
        job -> jobs.viewsOf(job).forEach(view -> listed.addAll(rolledUp(job, view))));
    return List.copyOf(listed);
  }

  /** How far from the truth it may be, in words; empty where it is exact. */
  public String error() {
    if (registered != null) {
      return registered.definition() instanceof MetricDefinition.OverColumn over
          ? MetricSpec.error(over.function())
          : "";
    }
    return columns.stream()
        .flatMap(MetricColumn::functions)
        .map(MetricSpec::error)
        .findFirst()
        .orElse("");
  }

  private static Optional<MetricColumn> columnOf(AggregateSpec job, RegisteredMetric metric) {
    return job.registered().entrySet().stream()
        .filter(entry -> entry.getValue().name().equals(metric.name()))
        .map(entry -> new MetricColumn(job, entry.getKey()))
        .findFirst();
  }

  private static List<ListedMetric> ownOf(AggregateSpec job) {
    return job.metrics().stream()
        .filter(metric -> !job.registered().containsKey(metric.name()))
        .map(
            metric ->
                new ListedMetric(
                    job.name() + "." + metric.name(),
                    null,
                    job.owner(),
                    metric.definition(),
                    List.of(new MetricColumn(job, metric.name()))))
        .toList();
  }

  private static List<ListedMetric> rolledUp(AggregateSpec job, ViewSpec view) {
    return view.shape() instanceof RollupSpec rollup
        ? rollup.metrics().stream()
            .map(
                metric ->
                    new ListedMetric(
                        view.name() + "." + metric.name(),
                        null,
                        view.owner(),
                        metric.definition(),
                        List.of(new MetricColumn(job, metric.name(), view))))
            .toList()
        : List.of();
  }
}
