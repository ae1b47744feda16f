package io.tidemark.reconciliation.plan;

import java.util.Optional;

/**
 * One metric of both sides, as SQL expressions over a row of {@link SideBySide#rows}: the metric's
 * values are {@code stream__i} and {@code batch__i} there, NULL where a side lacks the key.
 *
 * @param name the metric
 * @param numeric whether its values are numbers
 * @param column the column of its values on either side
 * @param differs true or false, never NULL
 * @param distance how far the values of one key are apart, never NULL
 * @param broken whether a side has a value that no sum survives, never NULL
 * @param streamNumber the stream's value as it is added up, never NULL; nothing where values are no
 *     numbers
 * @param batchNumber the same of the batch
 */
record ComparedMetric(
    String name,
    boolean numeric,
    String column,
    String differs,
    String distance,
    String broken,
    Optional<String> streamNumber,
    Optional<String> batchNumber) {
  /** The column of the stream's values of the metric at a place in the list of metrics. */
  static String ofStream(int place) {
    return "stream__" + place;
  }

  /** The column of the batch's. */
  static String ofBatch(int place) {
    return "batch__" + place;
  }
}
