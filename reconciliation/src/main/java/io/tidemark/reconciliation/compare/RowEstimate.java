package io.tidemark.reconciliation.compare;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import scala.jdk.javaapi.CollectionConverters;

/** About how many rows are behind a query, from the metadata of what it reads: without a job. */
final class RowEstimate {
  /** What a row has at least in a compressed file. */
  private static final int BYTES_PER_ROW = 16;

  private RowEstimate() {}

  /** Rows as the tables that are read say, or else as their files are large. */
  static long of(Dataset<Row> rows) {
    long most = 0;
    for (LogicalPlan leaf :
        CollectionConverters.asJava(rows.queryExecution().optimizedPlan().collectLeaves())) {
      Statistics known = leaf.stats();
      long count =
          known.rowCount().isDefined()
              ? known.rowCount().get().longValue()
              : known.sizeInBytes().longValue() / BYTES_PER_ROW;
      most = Math.max(most, count);
    }
    return most;
  }
}
