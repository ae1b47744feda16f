package io.tidemark.reconciliation.plan;

/**
 * One metric in a join of stream ({@code m}) and batch ({@code o}), as SQL expressions. Where a
 * side lacks the key, its columns are NULL.
 *
 * @param name the metric
 * @param numeric whether its values are numbers
 * @param stream the stream's value as text; NULL for no value
 * @param batch the batch's value as text
 * @param differs true or false, never NULL
 * @param distance how far the values of one key are apart, never NULL
 * @param magnitude the size of the batch's value, never NULL
 * @param broken whether a side has a value that no sum survives, never NULL
 * @param streamTotal aggregate over all keys: what a person compares first
 * @param batchTotal the same of the batch
 */
record ComparedMetric(
    String name,
    boolean numeric,
    String stream,
    String batch,
    String differs,
    String distance,
    String magnitude,
    String broken,
    String streamTotal,
    String batchTotal) {}
