package io.tidemark.catalog.publish;

import io.tidemark.catalog.UserError;

/** A table is made so that its days cannot be published or put back; trying again does not help. */
public final class PublishRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  PublishRefusedException(String message) {
    super(message);
  }
}
