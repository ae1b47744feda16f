package io.tidemark.reconciliation.compare;

import io.tidemark.reconciliation.plan.MetricTotal;
import java.math.BigDecimal;
import java.util.List;

/**
 * What a look at all rows has found.
 *
 * @param apart the groups of keys that differ
 * @param stream the totals of the stream, as text; {@code null} for one without a value
 * @param batch the same of the batch
 * @param magnitudes the sums of the sizes of the batch's values
 * @param streamRows rows of the stream
 * @param batchRows rows of the batch
 */
record FirstPass(
    DifferingGroups apart,
    List<String> stream,
    List<String> batch,
    List<BigDecimal> magnitudes,
    long streamRows,
    long batchRows) {
  /** The stream's total of a metric whose {@link MetricTotal} is of its values. */
  String streamTotal(int metric) {
    return stream.get(metric);
  }

  String batchTotal(int metric) {
    return batch.get(metric);
  }

  BigDecimal magnitude(int metric) {
    return magnitudes.get(metric);
  }
}
