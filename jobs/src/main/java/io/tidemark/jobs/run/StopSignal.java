package io.tidemark.jobs.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks streams to stop after the micro-batch they are in. */
public final class StopSignal {
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Asks. */
  public void stop() {
    stopped.countDown();
  }

  /** Whether somebody asked. */
  public boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Waits until somebody asks, at most so long. */
  public boolean await(Duration atMost) {
    try {
      return stopped.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
      return true;
    }
  }
}
