package io.tidemark.reconciliation.compare;

import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.reconciliation.plan.JobResult;

/** Says why keys differ, while they are at hand. */
@FunctionalInterface
public interface Explainer {
  /** Leaves every difference unexplained. */
  Explainer NONE = (job, keys, result) -> result;

  /**
   * Explains a job's differences; asked only where there are some.
   *
   * @param job the job, whose views {@code stream_side} and {@code batch_side} are in the session
   * @param keys all keys that differ, gone once this returns
   * @param result the job's result without causes
   * @return the result with its explanation, and causes and evidence of the keys that are kept
   */
  JobResult explain(JobSpec job, DifferingKeys keys, JobResult result);
}
