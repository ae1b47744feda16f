package io.tidemark.jobs.spec;

import java.util.Map;

/**
 * How far stream and batch may be apart before a day is refused, as a share of the batch's total (0
 * to 1).
 *
 * @param standard for every metric without its own
 * @param byMetric metric name to its own tolerance
 */
public record Tolerances(double standard, Map<String, Double> byMetric) {
  /** One percent, the default of every job. */
  public static final Tolerances DEFAULT = new Tolerances(0.01, Map.of());

  public Tolerances {
    byMetric = Map.copyOf(byMetric);
  }

  /** The tolerance of one metric. */
  public double of(String metric) {
    return byMetric.getOrDefault(metric, standard);
  }
}
