package io.tidemark.jobs.run;

/** How far a micro-batch has come; a crash can come between any two. */
public enum Phase {
  /** Its input is chosen. */
  STARTED,
  /** Its data files are written, and no commit names them. */
  FILES_WRITTEN,
  /** Its rows are in the table, with the marker. */
  COMMITTED,
  /** The engine has taken note of it; the next one may start. */
  FINISHED
}
