package io.tidemark.catalog;

/**
 * The catalog does not answer. That is no fault of what the user wrote, and may pass: a scheduler
 * tries again.
 */
public final class CatalogUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CatalogUnavailableException(String message) {
    super(message);
  }
}
