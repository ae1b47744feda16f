package io.tidemark.catalog;

/** A table that should be there is not. */
public final class MissingTableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MissingTableException(TableName table, Throwable cause) {
    super(
        "table "
            + table
            + " does not exist; run the job that writes it first (./tidemark jobs shows which)",
        cause);
  }
}
