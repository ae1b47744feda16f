package io.tidemark.jobs.spec;

import io.tidemark.jobs.spec.DerivedMetric.Operation;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A metric of an aggregate as alerts look at it: over several keys, and where there is no row.
 *
 * @param job the aggregate
 * @param column the metric, or one that is made of others
 */
public record AlertedMetric(AggregateSpec job, String column) {
  private static final Set<Function> MERGED =
      EnumSet.of(Function.COUNT, Function.SUM, Function.MIN, Function.MAX);
  private static final Set<Function> ZERO =
      EnumSet.of(Function.COUNT, Function.SUM, Function.DISTINCT, Function.APPROXIMATE_DISTINCT);

  /** What it is made of in the end, each once. */
  public List<MetricSpec> parts() {
    return parts(column).distinct().toList();
  }

  private Stream<MetricSpec> parts(String name) {
    return derived(name)
        .map(metric -> metric.parts().stream().flatMap(this::parts))
        .orElseGet(() -> job.metrics().stream().filter(metric -> metric.name().equals(name)));
  }

  /** How it is made of others; nothing where it is not. */
  public Optional<DerivedMetric> derived() {
    return derived(column);
  }

  private Optional<DerivedMetric> derived(String name) {
    return job.derived().stream().filter(metric -> metric.name().equals(name)).findFirst();
  }

  /** Whether the values of several keys say what the value of all of them is. */
  public boolean addsUpOverKeys() {
    return parts().stream().allMatch(part -> MERGED.contains(part.function()));
  }

  /** Whether no row means nothing of it; else it means that there is no value. */
  public boolean isZeroWithoutRows() {
    return !divides(column) && parts().stream().allMatch(part -> ZERO.contains(part.function()));
  }

  private boolean divides(String name) {
    return derived(name)
        .filter(
            metric ->
                metric.operation() == Operation.RATIO
                    || metric.parts().stream().anyMatch(this::divides))
        .isPresent();
  }
}
