package io.tidemark.jobs.sink;

/** Where a sink writes does not take what it is given; trying again gives the same answer. */
public final class SinkRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what was refused, and what to do. */
  public SinkRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
