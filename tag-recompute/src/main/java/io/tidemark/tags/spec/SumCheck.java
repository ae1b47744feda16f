package io.tidemark.tags.spec;

import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import java.util.LinkedHashMap;
import java.util.Map;

/** Checks that declared types of sums are of metrics that need one, and hold more. */
final class SumCheck {
  /** A bigint has 19 digits. */
  private static final int LEAST_DIGITS = 20;

  private SumCheck() {}

  static void check(Section file) {
    Map<String, MetricType> sums = file.get(HistoryKeys.SUMS);
    Map<String, Map<String, MetricType>> inputs = file.get(HistoryKeys.INPUTS);
    if (sums == null || inputs == null) {
      return;
    }
    Map<String, MetricType> metrics = new LinkedHashMap<>();
    inputs.values().forEach(metrics::putAll);
    sums.forEach(
        (metric, sum) -> {
          MetricType values = metrics.get(metric);
          if (values == null) {
            file.refuse(
                HistoryKeys.SUMS,
                metric,
                "",
                "is no metric of the inputs; "
                    + Suggestions.didYouMean(
                        metric,
                        metrics.keySet(),
                        "the metrics are " + String.join(", ", metrics.keySet())));
          } else if (values.kind() != Kind.INTEGER) {
            file.refuse(
                HistoryKeys.SUMS,
                metric,
                "",
                "is a %s, whose sum is a %s anyway; leave it out"
                    .formatted(values, values.ofSum()));
          } else if (sum.kind() != Kind.DECIMAL
              || sum.scale() != 0
              || sum.precision() < LEAST_DIGITS) {
            file.refuse(
                HistoryKeys.SUMS,
                metric,
                sum.toString(),
                "does not hold more whole numbers than bigint; write decimal(38,0)");
          }
        });
  }
}
