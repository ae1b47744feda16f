package io.tidemark.jobs.run;

/** Told of every step of every micro-batch, on the thread that makes it. */
public interface MicroBatchListener {
  /** Ignores everything. */
  MicroBatchListener SILENT = new MicroBatchListener() {};

  /** A micro-batch has reached a phase. */
  default void reached(String job, long batch, Phase phase) {}

  /** A micro-batch's rows are in the table. */
  default void committed(MicroBatchReport report) {}

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
    };
  }
}
