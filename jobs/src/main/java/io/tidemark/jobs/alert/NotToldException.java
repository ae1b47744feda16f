package io.tidemark.jobs.alert;

/** Why somebody was not told, and what to do. Its text holds no secret. */
public final class NotToldException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean passes;

  /**
   * A failure.
   *
   * @param passes whether another try right away may have more luck; the next check tries in any
   *     case
   */
  public NotToldException(String message, boolean passes) {
    super(message);
    this.passes = passes;
  }

  boolean passes() {
    return passes;
  }
}
