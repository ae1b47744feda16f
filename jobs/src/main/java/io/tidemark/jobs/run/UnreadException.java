package io.tidemark.jobs.run;

import io.tidemark.catalog.UserError;
import io.tidemark.jobs.spec.JobSpec;
import java.time.LocalDate;

/** A day is sealed, and its stream has still to read rows of before the cut. */
public final class UnreadException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;
  private final String job;

  UnreadException(JobSpec job, LocalDate day, long rows) {
    super(
        "the stream of job %s has still to read %d rows of before the cut of %s"
            .formatted(job.name(), rows, day));
    this.job = job.name();
  }

  @Override
  public String nextStep() {
    return "Let it run, or: ./tidemark run " + job + " --mode catchup";
  }
}
