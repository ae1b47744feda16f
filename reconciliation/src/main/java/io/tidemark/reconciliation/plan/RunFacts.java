package io.tidemark.reconciliation.plan;

import java.time.Instant;

/**
 * What is true of a comparison beside its answer.
 *
 * @param owner who answers for the job; empty for nobody
 * @param tolerances what was tolerated, as {@link io.tidemark.jobs.spec.ReconcilePolicy#tolerances}
 *     writes it
 * @param sealedAt when the day's cut was committed, the last of several; {@code null} when the
 *     snapshot is gone
 * @param batchedAt when the batch of the day was committed; {@code null} as above
 * @param startedAt when the comparison began
 * @param seconds how long comparing and explaining took
 */
public record RunFacts(
    String owner,
    String tolerances,
    Instant sealedAt,
    Instant batchedAt,
    Instant startedAt,
    double seconds) {
  RunFacts after(double taken) {
    return new RunFacts(owner, tolerances, sealedAt, batchedAt, startedAt, taken);
  }
}
