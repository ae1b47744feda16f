package io.tidemark.tags.attribute;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/** Tells now and then how many buckets are done. */
public final class BucketProgress {
  /** For those who need not know. */
  public static final BucketProgress SILENT = new BucketProgress((done, all) -> {});

  private static final long SECONDS = 5;

  private final BiConsumer<Long, Long> told;

  /**
   * Progress.
   *
   * @param told gets the buckets done and all of them, from another thread, every few seconds that
   *     there are more
   */
  public BucketProgress(BiConsumer<Long, Long> told) {
    this.told = told;
  }

  /** A line for people now and then. */
  static BucketProgress lines(PrintWriter out, String history) {
    return new BucketProgress(
        (done, all) -> {
          out.printf("%-32s %,d of %,d buckets%n", history, done, all);
          out.flush();
        });
  }

  /** Watches a pass. */
  Watch watch(SparkContext spark, long buckets) {
    LongAccumulator done = spark.longAccumulator("buckets done");
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "tags-progress");
              thread.setDaemon(true);
              return thread;
            });
    BucketsDone counted = new BucketsDone(done.id());
    spark.addSparkListener(counted);
    long[] last = new long[1];
    clock.scheduleWithFixedDelay(
        () -> {
          long now = Math.min(counted.count(), buckets);
          if (now > last[0]) {
            last[0] = now;
            told.accept(now, buckets);
          }
        },
        SECONDS,
        SECONDS,
        TimeUnit.SECONDS);
    return new Watch(done, spark, counted, clock);
  }

  /**
   * A pass that is watched.
   *
   * @param done tasks add the buckets they have done
   */
  record Watch(
      LongAccumulator done, SparkContext spark, BucketsDone counted, ScheduledExecutorService clock)
      implements AutoCloseable {
    @Override
    public void close() {
      spark.removeSparkListener(counted);
      clock.shutdownNow();
    }
  }
}
