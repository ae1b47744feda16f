package io.tidemark.reconciliation.plan;

import java.math.BigDecimal;
import java.util.List;

/**
 * Why one job's stream and batch differ. For each metric the parts add up to the batch's total
 * minus the stream's over the differing keys, with {@link Cause#UNEXPLAINED} as one of them.
 *
 * @param parts per metric and cause; a cause without a key is left out
 */
public record Explanation(List<CausePart> parts) {
  /** The explanation of no difference. */
  public static final Explanation NONE = new Explanation(List.of());

  public Explanation {
    parts = List.copyOf(parts);
  }

  /** The parts of one metric. */
  public List<CausePart> of(String metric) {
    return parts.stream().filter(part -> part.metric().equals(metric)).toList();
  }

  /** The sum of a metric's parts, which is its whole difference. */
  public BigDecimal total(String metric) {
    return of(metric).stream().map(CausePart::part).reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
