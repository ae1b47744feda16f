package io.tidemark.catalog.commit;

/** Another driver has taken the job over; this one must not write any more. */
public final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FencedException(String job, long ownEpoch, long newerEpoch) {
    super(
        "job "
            + job
            + " was taken over by a newer driver (epoch "
            + newerEpoch
            + ", this one is epoch "
            + ownEpoch
            + "): nothing was written; stop this driver");
  }
}
