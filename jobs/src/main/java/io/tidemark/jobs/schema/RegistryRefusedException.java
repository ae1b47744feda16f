package io.tidemark.jobs.schema;

import io.tidemark.catalog.UserError;

/** What is declared does not fit the schema registry, or is refused by it. */
public final class RegistryRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  /** A refusal that says what to do. */
  public RegistryRefusedException(String message) {
    super(message);
  }
}
