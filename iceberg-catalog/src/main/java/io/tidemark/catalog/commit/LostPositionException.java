package io.tidemark.catalog.commit;

/**
 * The table no longer says how far a job has read, or says it in a way that contradicts the job. A
 * job stops on it and never guesses.
 */
public final class LostPositionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LostPositionException(String message) {
    super(message);
  }

  public LostPositionException(String message, Throwable cause) {
    super(message, cause);
  }
}
