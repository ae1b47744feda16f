package io.tidemark.jobs.sink;

/**
 * What a sink writes to is not where this driver has left it, and no newer driver has moved it: it
 * came back older than it was, or has ended by itself what was under way. Nothing was written.
 * Begun again, the sink goes on from what is there.
 */
public final class SinkOutOfStepException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * With what to do.
   *
   * @param why what was found
   */
  public SinkOutOfStepException(String job, String why, Throwable cause) {
    super(
        "sink %s: %s. Nothing was written; run %s again, and it goes on from what is there"
            .formatted(job, why, job),
        cause);
  }
}
