package io.tidemark.jobs.spec;

/** What becomes of a row whose key a dimension does not have. */
public enum UnknownKey {
  /** It is written, with NULL for what was looked up. */
  KEEP,
  /** It is held back until the dimension has its key, as long as the lateness allows. */
  PARK,
  /** It is held back, for people to look at. */
  DEAD_LETTER
}
