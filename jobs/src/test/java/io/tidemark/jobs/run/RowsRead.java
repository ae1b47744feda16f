package io.tidemark.jobs.run;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * Counts what Spark's tasks read from tables.
 *
 * @param rows rows of the files that were opened, less those that row groups left out
 */
record RowsRead(long rows) {
  static RowsRead of(SparkSession spark, Runnable work) throws TimeoutException {
    AtomicLong rows = new AtomicLong();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            if (task.taskMetrics() != null) {
              rows.addAndGet(task.taskMetrics().inputMetrics().recordsRead());
            }
          }
        };
    spark.sparkContext().addSparkListener(listener);
    try {
      work.run();
      spark.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      spark.sparkContext().removeSparkListener(listener);
    }
    return new RowsRead(rows.get());
  }
}
