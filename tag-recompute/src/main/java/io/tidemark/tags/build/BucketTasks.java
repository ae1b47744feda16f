package io.tidemark.tags.build;

import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.HistoryColumns;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Brings whole buckets into a task each, several where there are many.
 *
 * @param tasks how many tasks share the buckets
 */
record BucketTasks(int tasks) {
  /** Buckets of a task, at most, where that makes more tasks than there are cores for. */
  private static final int BUCKETS_OF_TASK = 32;

  /** The tasks of a history. */
  static BucketTasks of(Lakehouse lake, HistorySpec spec) {
    int buckets = spec.layout().buckets();
    int cores = lake.spark().sparkContext().defaultParallelism();
    return new BucketTasks(Math.min(buckets, Math.max(2 * cores, buckets / BUCKETS_OF_TASK)));
  }

  /** The rows, by their bucket. */
  Dataset<Row> gather(Dataset<Row> rows) {
    return rows.repartitionById(tasks, col(HistoryColumns.BUCKET).mod(tasks));
  }
}
