package io.tidemark.reconciliation.plan;

import java.math.BigDecimal;

/**
 * The difference of one metric in one value of a dimension, over all keys that have that value.
 *
 * @param metric the metric
 * @param dimension the dimension column
 * @param value its value as text; {@code null} for NULL
 * @param stream the stream's total over the keys of the value that differ
 * @param batch the batch's total over the same keys
 * @param distance sum over these keys of how far the two values are apart
 * @param keys how many keys of the value differ
 */
public record DimensionDifference(
    String metric,
    String dimension,
    String value,
    BigDecimal stream,
    BigDecimal batch,
    BigDecimal distance,
    long keys) {}
