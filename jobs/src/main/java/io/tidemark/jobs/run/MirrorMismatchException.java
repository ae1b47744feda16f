package io.tidemark.jobs.run;

import io.tidemark.catalog.UserError;

/** A mirror's rows lie in other buckets than those that are declared. */
public final class MirrorMismatchException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  private final String before;

  MirrorMismatchException(String message, String before) {
    super(message);
    this.before = before;
  }

  @Override
  public String nextStep() {
    return "Declare '%s' again, or drop the table and run the job: it begins with the whole of its input."
        .formatted(before);
  }
}
