package io.tidemark.jobs.decode;

/** Ends the reading of a message that is a dead letter. Bad input is normal: no trace is taken. */
final class BadMessageException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Decoded.Rejected verdict;

  BadMessageException(Decoded.Rejected verdict) {
    super(verdict.detail(), null, false, false);
    this.verdict = verdict;
  }

  BadMessageException(Reason reason, String path, String found, String expected) {
    this(RowReader.rejected(reason, path, found, expected));
  }

  /** A field that has to be there and is not. */
  static BadMessageException missing(String path, String expected) {
    return new BadMessageException(Reason.MISSING_FIELD, path, "null or nothing", expected);
  }

  Decoded.Rejected verdict() {
    return verdict;
  }
}
