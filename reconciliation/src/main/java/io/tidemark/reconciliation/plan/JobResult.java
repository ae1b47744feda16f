package io.tidemark.reconciliation.plan;

import java.util.List;
import java.util.Optional;

/**
 * One job of a day, compared.
 *
 * @param pin what was compared
 * @param keys keys on either side
 * @param metrics every metric, in declared order
 * @param late late rows in the job's input; nothing for a job without lateness
 */
public record JobResult(Pin pin, long keys, List<MetricResult> metrics, Optional<LateRows> late) {
  public JobResult {
    metrics = List.copyOf(metrics);
  }

  /** The verdict: every metric is within its tolerance. */
  public boolean within() {
    return metrics.stream().allMatch(MetricResult::within);
  }

  /** Whether every key is equal in every metric. */
  public boolean equal() {
    return metrics.stream().allMatch(metric -> metric.measure().differing() == 0);
  }
}
