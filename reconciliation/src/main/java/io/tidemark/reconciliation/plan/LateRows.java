package io.tidemark.reconciliation.plan;

import java.time.Duration;

/**
 * Rows that the batch counts and the stream leaves out, because they came later than declared.
 *
 * @param late how many of the day's rows were late
 * @param rows how many rows the day has in the job's input
 * @param limit the declared lateness
 */
public record LateRows(long late, long rows, Duration limit) {}
