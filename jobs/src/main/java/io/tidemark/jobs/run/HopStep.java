package io.tidemark.jobs.run;

import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.cut.InputRange;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What a job behind ODS does with the rows of one micro-batch. */
interface HopStep {
  /**
   * The rows to append.
   *
   * @param last where the job stands; its position is the last input snapshot read
   * @param range the rows to work on
   */
  Result rows(Marker last, InputRange range);

  /**
   * Rows to append, and what was counted on the way.
   *
   * @param output rows, not yet computed
   * @param read rows taken into account
   * @param late rows left to the batch
   * @param pending rows of sealed days left out
   * @param days business days among the rows
   * @param dimensions what rows were looked up in
   */
  record Result(
      Dataset<Row> output,
      long read,
      long late,
      long pending,
      int days,
      DimensionVersions dimensions) {
    /** Of rows that were looked up nowhere. */
    Result(Dataset<Row> output, long read, long late, long pending, int days) {
      this(output, read, late, pending, days, DimensionVersions.NONE);
    }
  }

  /** Whether a table that is read beside the input got other columns since the rows were asked. */
  default boolean othersChanged() {
    return false;
  }
}
