package io.tidemark.reconciliation.plan;

import java.math.BigDecimal;
import java.util.List;

/**
 * One metric of one job, compared.
 *
 * @param metric its name
 * @param numeric whether its values are numbers
 * @param stream the stream's total as text; {@code null} when it has none
 * @param batch the batch's total as text; {@code null} when it has none
 * @param net the batch's total minus the stream's over all keys, of which those that count as equal
 *     add nothing; where values are no numbers, how many keys differ
 * @param measure how far they are apart
 * @param tolerance how far they may be apart, as a share
 * @param worst the keys that differ most, worst first; limited
 */
public record MetricResult(
    String metric,
    boolean numeric,
    String stream,
    String batch,
    BigDecimal net,
    Measure measure,
    double tolerance,
    List<KeyDifference> worst) {
  public MetricResult {
    worst = List.copyOf(worst);
  }

  /** The same with causes and evidence of its keys. */
  public MetricResult withWorst(List<KeyDifference> explained) {
    return new MetricResult(metric, numeric, stream, batch, net, measure, tolerance, explained);
  }

  /** The verdict. */
  public boolean within() {
    return measure.within(tolerance);
  }
}
