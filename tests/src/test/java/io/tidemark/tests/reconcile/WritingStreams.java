package io.tidemark.tests.reconcile;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StopSignal;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;

/**
 * Streams that go on while something else is done, and messages that go on coming: the next ones
 * when those before them have reached the last table.
 */
final class WritingStreams implements AutoCloseable {
  private final StopSignal stop = new StopSignal();
  private final Semaphore wanted = new Semaphore(1);
  private final AtomicLong commits = new AtomicLong();
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final Future<?> streams;
  private final Future<?> messages;

  WritingStreams(FaultLake lake, Supplier<List<Row>> next) {
    MicroBatchListener listener =
        new MicroBatchListener() {
          @Override
          public void committed(MicroBatchReport report) {
            if (report.job().equals(FaultyWeek.KEYS)) {
              commits.incrementAndGet();
              wanted.release();
            }
          }
        };
    streams = threads.submit(() -> lake.stream(stop, listener));
    messages =
        threads.submit(
            () -> {
              while (!stop.isStopped()) {
                if (wanted.tryAcquire(1, TimeUnit.SECONDS)) {
                  wanted.drainPermits();
                  lake.ingest(next.get());
                }
              }
              return null;
            });
  }

  /** Micro-batches that the last of the jobs has committed. */
  long commits() {
    return commits.get();
  }

  /** Ends them after their micro-batch; fails if one of them has failed. */
  @Override
  public void close() {
    stop.stop();
    threads.shutdown();
    // Both end before their folder goes, whichever has failed.
    try {
      end(messages);
    } finally {
      end(streams);
    }
  }

  private static void end(Future<?> thread) {
    try {
      thread.get(2, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a stream failed beside the comparison", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the streams do not stop", e);
    }
  }
}
