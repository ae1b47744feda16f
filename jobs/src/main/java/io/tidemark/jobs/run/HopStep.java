package io.tidemark.jobs.run;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What a job behind ODS does with the rows of one micro-batch. */
interface HopStep {
  /**
   * The rows to append.
   *
   * @param ranges the rows to work on: of each input that has some, those behind what was read
   * @param before how far each input was read before
   * @param upTo how far all inputs are read with them
   */
  Result rows(Map<TableName, InputRange> ranges, InputPositions before, InputPositions upTo);

  /**
   * Rows to append, and what was counted on the way.
   *
   * @param output rows, not yet computed
   * @param read rows taken into account
   * @param late rows left to the batch
   * @param pending rows of sealed days left out
   * @param takenBack rows of the table that the output takes back, each by a row of it
   * @param days business days among the rows
   * @param dimensions what rows were looked up in
   * @param lookups how many of them found something, by the lookup's name
   */
  record Result(
      Dataset<Row> output,
      long read,
      long late,
      long pending,
      long takenBack,
      int days,
      DimensionVersions dimensions,
      SortedMap<String, LookupCounts> lookups) {
    /** Of rows that were looked up nowhere, and take none back. */
    Result(Dataset<Row> output, long read, long late, long pending, int days) {
      this(output, read, late, pending, 0, days, DimensionVersions.NONE, new TreeMap<>());
    }
  }

  /** Whether there is something to do although no input has rows to read. */
  default boolean isDue() {
    return false;
  }

  /** No more rows are asked for: what is kept of others can go. */
  default void close() {}

  /** The rows that were asked for last are in the table. */
  default void committed() {}

  /** Whether a table that is read beside the input got other columns since the rows were asked. */
  default boolean othersChanged() {
    return false;
  }
}
