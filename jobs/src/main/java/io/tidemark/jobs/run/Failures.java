package io.tidemark.jobs.run;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What becomes of failures of work that runs side by side. */
final class Failures {
  private Failures() {}

  /**
   * Waits for all, also when one fails; then the first failure is thrown, the others with it.
   *
   * @throws InterruptedException when the waiting thread is; what runs goes on
   */
  static void awaitAll(List<Future<?>> running) throws InterruptedException {
    RuntimeException first = null;
    for (Future<?> each : running) {
      try {
        each.get();
      } catch (ExecutionException e) {
        RuntimeException failure =
            e.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(e.getCause());
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
