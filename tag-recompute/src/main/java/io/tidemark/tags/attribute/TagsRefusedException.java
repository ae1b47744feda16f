package io.tidemark.tags.attribute;

import io.tidemark.catalog.UserError;

/** A history, or tags, that were asked for and are not there, or not as declared. */
public final class TagsRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  TagsRefusedException(String message) {
    super(message);
  }

  TagsRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
