package io.tidemark.reconciliation.plan;

import java.util.List;

/**
 * One metric of one job, compared.
 *
 * @param metric its name
 * @param numeric whether its values are numbers
 * @param stream the stream's total as text; {@code null} when it has none
 * @param batch the batch's total as text; {@code null} when it has none
 * @param measure how far they are apart
 * @param tolerance how far they may be apart
 * @param worst the keys that differ most, worst first
 */
public record MetricResult(
    String metric,
    boolean numeric,
    String stream,
    String batch,
    Measure measure,
    double tolerance,
    List<KeyDifference> worst) {
  public MetricResult {
    worst = List.copyOf(worst);
  }

  /** The verdict. */
  public boolean within() {
    return measure.within(tolerance);
  }
}
