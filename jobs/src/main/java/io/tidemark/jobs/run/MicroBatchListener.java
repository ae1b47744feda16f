package io.tidemark.jobs.run;

/**
 * Told of what becomes of jobs in a driver, and of every step of every micro-batch, on the thread
 * that makes it.
 */
public interface MicroBatchListener {
  /** Ignores everything. */
  MicroBatchListener SILENT = new MicroBatchListener() {};

  /** A micro-batch has reached a phase. */
  default void reached(String job, long batch, Phase phase) {}

  /** A micro-batch's rows are in the table. */
  default void committed(MicroBatchReport report) {}

  /** The same, for who wants to know which rows. */
  default void committed(MicroBatchReport report, Reach reach) {
    committed(report);
  }

  /** A job begins to run in this driver, or begins again after a failure. */
  default void began(String job) {}

  /** A job has ended as it was asked to, or because it was drained. */
  default void ended(String job) {}

  /** A job has failed. */
  default void failed(String job, StreamFailure failure) {}

  /** This listener, then another. */
  default MicroBatchListener and(MicroBatchListener next) {
    MicroBatchListener first = this;
    return new MicroBatchListener() {
      @Override
      public void reached(String job, long batch, Phase phase) {
        first.reached(job, batch, phase);
        next.reached(job, batch, phase);
      }

      @Override
      public void committed(MicroBatchReport report) {
        first.committed(report);
        next.committed(report);
      }

      @Override
      public void committed(MicroBatchReport report, Reach reach) {
        first.committed(report, reach);
        next.committed(report, reach);
      }

      @Override
      public void began(String job) {
        first.began(job);
        next.began(job);
      }

      @Override
      public void ended(String job) {
        first.ended(job);
        next.ended(job);
      }

      @Override
      public void failed(String job, StreamFailure failure) {
        first.failed(job, failure);
        next.failed(job, failure);
      }
    };
  }
}
