package io.tidemark.jobs.source;

import io.tidemark.catalog.UserError;

/** What is declared does not fit what the brokers have, or is refused by them. */
public final class KafkaRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;
  private final String nextStep;

  KafkaRefusedException(String message, String nextStep) {
    super(message);
    this.nextStep = nextStep;
  }

  @Override
  public String nextStep() {
    return nextStep;
  }
}
