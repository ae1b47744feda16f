package io.tidemark.jobs.run;

import io.tidemark.catalog.UserError;

/** A job's position is not moved where that would lose track of what was read. */
public final class OffsetMoveRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  OffsetMoveRefusedException(String message) {
    super(message);
  }
}
