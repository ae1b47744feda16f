package io.tidemark.reconciliation.plan;

import java.time.LocalDate;
import java.util.List;

/**
 * A business day, compared.
 *
 * @param day the day
 * @param jobs the jobs that were compared, upstream first
 */
public record DayResult(LocalDate day, List<JobResult> jobs) {
  public DayResult {
    jobs = List.copyOf(jobs);
  }

  /** The verdict: every job is within its tolerances. */
  public boolean within() {
    return jobs.stream().allMatch(JobResult::within);
  }
}
