package io.tidemark.tests.lakehouse;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
    CompletableFuture<Void> driver =
        CompletableFuture.runAsync(
            () -> house.streams(stop, MicroBatchListener.SILENT).stream(house.jobs().jobs()));
    try {
      Awaitility.await()
          .atMost(atMost)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> driver.isDone() || (house.messagesRead() >= messages && house.backlog() == 0));
    } finally {
      stop.stop();
    }
    driver.get();
  }
}
