package io.tidemark.tests.fault;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.Phase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds a driver's thread at a moment until it is let go. */
final class HoldAt implements MicroBatchListener {
  private final Moment moment;
  private final Runnable held;
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final AtomicInteger before = new AtomicInteger();

  /**
   * Holds once.
   *
   * @param held run when the moment has come
   */
  HoldAt(Moment moment, Runnable held) {
    this.moment = moment;
    this.held = held;
  }

  void letGo() {
    letGo.countDown();
  }

  @Override
  public void reached(String job, long batch, Phase phase) {
    if (!job.equals(moment.job())
        || phase != moment.phase()
        || before.getAndIncrement() != moment.skip()) {
      return;
    }
    held.run();
    try {
      letGo.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while held at " + moment, e);
    }
  }
}
