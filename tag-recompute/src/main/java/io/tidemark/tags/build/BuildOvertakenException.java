package io.tidemark.tags.build;

/** Another process has written a table of the history meanwhile. */
public final class BuildOvertakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BuildOvertakenException(String table, String history) {
    this(table, history, null);
  }

  BuildOvertakenException(String table, String history, Throwable cause) {
    super(
        "somebody else, another build of history %s perhaps, has written %s meanwhile, and this build has changed nothing that is read; run it again when the other has ended"
            .formatted(history, table),
        cause);
  }
}
