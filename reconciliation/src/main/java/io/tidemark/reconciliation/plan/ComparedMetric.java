package io.tidemark.reconciliation.plan;

import java.util.Optional;

/**
 * One metric in a join of stream ({@code m}) and batch ({@code o}), as SQL expressions. Where a
 * side lacks the key, its columns are NULL.
 *
 * @param name the metric
 * @param numeric whether its values are numbers
 * @param stream the stream's value; NULL for no value
 * @param batch the batch's value
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
    String stream,
    String batch,
    String differs,
    String distance,
    String broken,
    Optional<String> streamNumber,
    Optional<String> batchNumber) {}
