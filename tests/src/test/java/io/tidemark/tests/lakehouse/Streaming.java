package io.tidemark.tests.lakehouse;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Runs the streams of a lakehouse in this JVM. */
public final class Streaming {
  private Streaming() {}

  /**
   * Streams all jobs until so many messages are read and every job behind ODS has read what ODS
   * holds.
   *
   * @throws ExecutionException when a stream failed
   */
  public static void untilRead(LocalLakehouse house, long messages, Duration atMost)
      throws ExecutionException, InterruptedException {
    StopSignal stop = new StopSignal();
    AtomicLong commits = new AtomicLong();
    AtomicBoolean failed = new AtomicBoolean();
    AtomicLong seen = new AtomicLong();
    CompletableFuture<Void> driver =
        CompletableFuture.runAsync(
            () -> house.streams(stop, counting(commits, failed)).stream(house.jobs().jobs()));
    try {
      Awaitility.await()
          .atMost(atMost)
          .pollInterval(Duration.ofMillis(300))
          .until(
              () ->
                  failed.get()
                      || driver.isDone()
                      // To look into all tables takes from the streams: only when they rest.
                      || (seen.getAndSet(commits.get()) == commits.get()
                          && house.messagesRead() >= messages
                          && house.backlog() == 0));
    } finally {
      stop.stop();
    }
    driver.get();
  }

  private static MicroBatchListener counting(AtomicLong commits, AtomicBoolean failed) {
    return new MicroBatchListener() {
      @Override
      public void failed(String job, StreamFailure failure) {
        // Then nothing of the wait comes true, and what it failed of is thrown.
        failed.compareAndSet(false, failure.again().isEmpty());
      }

      @Override
      public void committed(MicroBatchReport report) {
        commits.incrementAndGet();
      }
    };
  }
}
