package io.tidemark.jobs.run;

import io.tidemark.catalog.UserError;

/** Rows of ODS cannot be made of the topic's messages again. */
public final class ReplayRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;
  private final String nextStep;

  ReplayRefusedException(String message, String nextStep) {
    super(message);
    this.nextStep = nextStep;
  }

  @Override
  public String nextStep() {
    return nextStep;
  }
}
