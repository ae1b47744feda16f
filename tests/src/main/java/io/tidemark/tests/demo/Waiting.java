package io.tidemark.tests.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for something that another process does. */
final class Waiting {
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final long POLL_MILLIS = 500;

  private Waiting() {}

  /** Looks twice a second until it is so. */
  static void until(String what, BooleanSupplier condition) {
    CountDownLatch never = new CountDownLatch(1);
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "waited " + LONGEST.toMinutes() + " min in vain until " + what);
      }
      try {
        if (never.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting until " + what, e);
      }
    }
  }
}
