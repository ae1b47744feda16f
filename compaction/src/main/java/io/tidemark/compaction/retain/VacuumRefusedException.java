package io.tidemark.compaction.retain;

import io.tidemark.catalog.UserError;

/** A table is kept as it is because of how it is made; trying again does not help. */
public final class VacuumRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  VacuumRefusedException(String message) {
    super(message);
  }
}
