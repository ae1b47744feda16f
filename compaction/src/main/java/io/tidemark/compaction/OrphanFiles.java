package io.tidemark.compaction;

import java.time.Instant;
import java.util.Iterator;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.SparkSession;

/** Files below a table's location that its metadata does not name. */
final class OrphanFiles {
  private OrphanFiles() {}

  /**
   * Counts them by listing the location, and leaves them where they are. Files of another table
   * whose location lies inside are counted too.
   *
   * @param olderThan younger files may belong to a write that goes on
   */
  static long count(SparkSession spark, Table table, Instant olderThan) {
    Iterator<String> found =
        SparkActions.get(spark)
            .deleteOrphanFiles(table)
            .olderThan(olderThan.toEpochMilli())
            .deleteWith(file -> {})
            .execute()
            .orphanFileLocations()
            .iterator();
    long count = 0;
    for (; found.hasNext(); found.next()) {
      count++;
    }
    return count;
  }
}
