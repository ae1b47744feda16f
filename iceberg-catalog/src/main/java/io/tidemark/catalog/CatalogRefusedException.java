package io.tidemark.catalog;

/** The catalog answers, and does not take what the environment says of it. */
public final class CatalogRefusedException extends RuntimeException implements UserError {
  private static final long serialVersionUID = 1L;

  CatalogRefusedException(String message) {
    super(message);
  }

  @Override
  public String nextStep() {
    return "Correct uri, warehouse, user and password below 'catalog:' of the environment.";
  }
}
