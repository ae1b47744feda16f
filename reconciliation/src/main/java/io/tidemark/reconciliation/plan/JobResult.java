package io.tidemark.reconciliation.plan;

import java.util.List;
import java.util.Optional;

/**
 * One job of a day, compared.
 *
 * @param pin what was compared
 * @param facts when, by whose job, and for how long
 * @param keys keys on either side
 * @param differing keys that differ in any metric
 * @param metrics every metric, in declared order
 * @param late late rows in the job's input; nothing for a job without lateness
 * @param explanation why the keys differ
 * @param dimensions per metric and dimension the values that differ most, worst first
 */
public record JobResult(
    Pin pin,
    RunFacts facts,
    long keys,
    long differing,
    List<MetricResult> metrics,
    Optional<LateRows> late,
    Explanation explanation,
    List<DimensionDifference> dimensions) {
  public JobResult {
    metrics = List.copyOf(metrics);
    dimensions = List.copyOf(dimensions);
  }

  /** The same result, explained; the keys of the metrics have causes and evidence. */
  public JobResult explained(Explanation why, List<MetricResult> explained) {
    return new JobResult(pin, facts, keys, differing, explained, late, why, dimensions);
  }

  /** The same result after so many seconds. */
  public JobResult after(double seconds) {
    return new JobResult(
        pin, facts.after(seconds), keys, differing, metrics, late, explanation, dimensions);
  }

  /** The verdict: every metric is within its tolerance. */
  public boolean within() {
    return metrics.stream().allMatch(MetricResult::within);
  }

  /** Whether every key is equal in every metric. */
  public boolean equal() {
    return metrics.stream().allMatch(metric -> metric.measure().differing() == 0);
  }

  /** Keys without a cause: those of the metric that has most of them; all before an explanation. */
  public long unexplained() {
    if (explanation.parts().isEmpty()) {
      return differing;
    }
    return explanation.parts().stream()
        .filter(part -> part.cause() == Cause.UNEXPLAINED)
        .mapToLong(CausePart::keys)
        .max()
        .orElse(0);
  }
}
