package io.tidemark.jobs.spec;

import io.tidemark.catalog.UserError;
import io.tidemark.catalog.config.Suggestions;
import java.util.Collection;

/** A name that no declared job has. */
public final class UnknownJobException extends IllegalArgumentException implements UserError {
  private static final long serialVersionUID = 1L;

  private UnknownJobException(String message) {
    super(message);
  }

  /** A sink where only a job with a table will do. */
  static UnknownJobException ofSink(String name) {
    return new UnknownJobException(
        "'"
            + name
            + "' is a sink, which has no table: 'run', 'explain' and 'jobs' take it; name the job"
            + " that writes its input");
  }

  UnknownJobException(String name, Collection<String> jobs) {
    super(
        "'"
            + name
            + "' is not a job; "
            + Suggestions.didYouMean(name, jobs, "the jobs are " + String.join(", ", jobs)));
  }

  @Override
  public String nextStep() {
    return "'./tidemark jobs' lists them all.";
  }
}
