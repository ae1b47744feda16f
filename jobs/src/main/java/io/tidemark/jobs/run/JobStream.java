package io.tidemark.jobs.run;

/** One job running as a stream. */
interface JobStream {
  /**
   * Works until it is asked to stop.
   *
   * @param drain also returns once nothing is left to read
   */
  void run(boolean drain);
}
