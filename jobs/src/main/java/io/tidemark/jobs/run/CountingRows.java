package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;

import io.tidemark.jobs.spec.SystemColumns;
import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What jobs behind a table see of it. */
final class CountingRows {
  private CountingRows() {}

  /** The rows that are not held back, without the column that says so. */
  static Dataset<Row> of(Dataset<Row> written) {
    return Arrays.asList(written.columns()).contains(SystemColumns.UNKNOWN_KEYS)
        ? written.where(col(SystemColumns.UNKNOWN_KEYS).isNull()).drop(SystemColumns.UNKNOWN_KEYS)
        : written;
  }
}
