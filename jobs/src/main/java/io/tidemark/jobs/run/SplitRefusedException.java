package io.tidemark.jobs.run;

import io.tidemark.catalog.UserError;

/** The routes of a split changed where a message would go to two tables, or to none. */
public final class SplitRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;
  private final String nextStep;

  SplitRefusedException(String message, String nextStep) {
    super(message);
    this.nextStep = nextStep;
  }

  @Override
  public String nextStep() {
    return nextStep;
  }
}
