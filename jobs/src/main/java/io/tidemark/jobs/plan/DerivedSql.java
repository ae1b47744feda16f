package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.DerivedMetric;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Metrics that are made of others as expressions over the columns of those. A ratio is a double
 * whatever its parts are: so Spark and Trino divide alike, and nobody has to know what digits a
 * quotient of decimals keeps.
 */
final class DerivedSql {
  private final List<DerivedMetric> metrics;

  DerivedSql(List<DerivedMetric> metrics) {
    this.metrics = metrics;
  }

  /** The expression, in words that Spark and Trino share. */
  String of(DerivedMetric metric) {
    List<String> parts = metric.parts().stream().map(this::part).toList();
    return switch (metric.operation()) {
      case RATIO ->
          "CAST(%s AS DOUBLE) / NULLIF(CAST(%s AS DOUBLE), 0)"
              .formatted(parts.get(0), parts.get(1));
      case DIFFERENCE -> parts.get(0) + " - " + parts.get(1);
      case TOTAL -> parts.stream().collect(Collectors.joining(" + "));
    };
  }

  /** No SQL that both engines know lets a column of a SELECT be used beside it. */
  private String part(String column) {
    return metrics.stream()
        .filter(metric -> metric.name().equals(column))
        .findFirst()
        .map(metric -> "(" + of(metric) + ")")
        .orElseGet(() -> Sql.name(column));
  }
}
