package io.tidemark.jobs.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A metric and the columns that hold it.
 *
 * @param name of the registry; of a metric that is one job's own, {@code job.column}
 * @param registered its entry; {@code null} for a job's own
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
  /** A column of a job, stored in its table or only shown by its view. */
  public record MetricColumn(AggregateSpec job, String name) {}

  public ListedMetric {
    columns = List.copyOf(columns);
  }

  /** All metrics: those of the registry, in its order, then those of each job alone. */
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
        .flatMap(
            column ->
                column.job().metrics().stream()
                    .filter(metric -> metric.name().equals(column.name())))
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
}
