package io.tidemark.jobs.run;

/** One job running as a stream. */
interface JobStream {
  /**
   * Works until it is asked to stop.
   *
   * @param drain also returns once it has read what was there when it began
   */
  void run(boolean drain);
}
