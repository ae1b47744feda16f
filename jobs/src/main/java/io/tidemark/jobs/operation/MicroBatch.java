package io.tidemark.jobs.operation;

import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.Reach;
import java.time.Duration;

/**
 * A micro-batch that was committed, and how long it took.
 *
 * @param report what it did
 * @param reach what it read, and where its rows are
 * @param writing from its begin until its last data file was written
 * @param committing from there until its rows were in the table
 * @param finishing from there until the engine had taken note of it
 */
public record MicroBatch(
    MicroBatchReport report,
    Reach reach,
    Duration writing,
    Duration committing,
    Duration finishing) {
  /** All of it. */
  public Duration duration() {
    return writing.plus(committing).plus(finishing);
  }
}
