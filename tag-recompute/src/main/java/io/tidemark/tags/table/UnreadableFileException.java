package io.tidemark.tags.table;

/** A data file that is not there, or not as it was written. The message names table and file. */
public final class UnreadableFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A file that could not be read.
   *
   * @param table what messages call its table
   */
  public UnreadableFileException(String table, String file, Exception cause) {
    super(
        "%s, file %s cannot be read: %s. If it is gone or damaged, ./tidemark tags build --rebuild --bucket N --day D makes its bucket anew"
            .formatted(table, file, cause.getMessage() == null ? cause : cause.getMessage()),
        cause);
  }
}
