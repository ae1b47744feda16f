package io.tidemark.tags.plan;

import io.tidemark.catalog.UserError;

/** What cannot be built as it is asked for or declared. */
public final class BuildRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  public BuildRefusedException(String message) {
    super(message);
  }
}
