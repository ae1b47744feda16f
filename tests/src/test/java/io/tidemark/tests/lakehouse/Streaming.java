package io.tidemark.tests.lakehouse;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StopSignal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
    AtomicLong seen = new AtomicLong();
    CompletableFuture<Void> driver =
        CompletableFuture.runAsync(
            () -> house.streams(stop, onCommit(commits)).stream(house.jobs().jobs()));
    try {
      Awaitility.await()
          .atMost(atMost)
          .pollInterval(Duration.ofMillis(300))
          .until(
              () ->
                  driver.isDone()
                      // To look into all tables takes from the streams: only when they rest.
                      || (seen.getAndSet(commits.get()) == commits.get()
                          && house.messagesRead() >= messages
                          && house.backlog() == 0));
    } finally {
      stop.stop();
    }
    driver.get();
  }

  private static MicroBatchListener onCommit(AtomicLong commits) {
    return new MicroBatchListener() {
      @Override
      public void committed(MicroBatchReport report) {
        commits.incrementAndGet();
      }
    };
  }
}
