package io.tidemark.tests.fault;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.Phase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Holds a driver's thread at a moment until it is let go. */
final class HoldAt implements MicroBatchListener {
  private final Moment moment;
  private final Consumer<String> held;
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final AtomicInteger before = new AtomicInteger();

  /**
   * Holds once.
   *
   * @param held told what was reached when the moment has come
   */
  HoldAt(Moment moment, Consumer<String> held) {
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
    held.accept(job + " micro-batch " + batch + " " + phase);
    try {
      letGo.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while held at " + moment, e);
    }
  }
}
