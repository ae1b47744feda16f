package io.tidemark.tests.fault;

import io.tidemark.jobs.run.Phase;

/**
 * A moment in the life of a driver: one micro-batch of one job has just reached a phase.
 *
 * @param job name of the job
 * @param phase what it reached
 * @param skip how many times it reaches it before
 */
record Moment(String job, Phase phase, int skip) {
  static Moment parse(String text) {
    String[] parts = text.split(":");
    return new Moment(parts[0], Phase.valueOf(parts[1]), Integer.parseInt(parts[2]));
  }

  @Override
  public String toString() {
    return job + ":" + phase + ":" + skip;
  }
}
