package io.tidemark.reconciliation.plan;

import java.math.BigDecimal;

/**
 * What one cause contributes to the difference of one metric.
 *
 * @param metric the metric
 * @param cause the cause
 * @param keys keys in which the cause has a part in this metric
 * @param part the batch's total minus the stream's, as far as it is due to this cause; signed. For
 *     a metric whose values are no numbers, the number of keys
 */
public record CausePart(String metric, Cause cause, long keys, BigDecimal part) {}
