package io.tidemark.jobs.sink;

/**
 * Where a sink writes does not answer. That is no fault of what the user wrote, and may pass: it is
 * tried again, by the sink and then by a scheduler.
 */
public final class SinkUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * With what to do.
   *
   * @param what where the sink writes, and why it does not answer
   */
  public SinkUnavailableException(String job, String what, Throwable cause) {
    super(
        "%s. Nothing is lost: see that it runs and can be reached, and run %s again; it goes on where it stood"
            .formatted(what, job),
        cause);
  }
}
