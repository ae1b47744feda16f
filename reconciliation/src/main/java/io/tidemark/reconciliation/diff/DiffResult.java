package io.tidemark.reconciliation.diff;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * How two relations differ.
 *
 * @param leftRows rows of the left side
 * @param rightRows rows of the right side
 * @param inserted rows that only the right side has
 * @param deleted rows that only the left side has
 * @param changed rows that both have with other values
 * @param byColumn column to how many rows it changed in; columns that changed nowhere are left out
 * @param onOneSide {@code left} and {@code right}, each with the columns that only it has
 * @param header names of the columns of {@code samples}
 * @param samples some of the rows that differ
 */
public record DiffResult(
    long leftRows,
    long rightRows,
    long inserted,
    long deleted,
    long changed,
    Map<String, Long> byColumn,
    Map<String, List<String>> onOneSide,
    List<String> header,
    List<Row> samples) {
  /** Whether no row differs. */
  public boolean equal() {
    return inserted + deleted + changed == 0;
  }

  /** Rows of the left side that the right side has too. */
  public long equalRows() {
    return leftRows - deleted - changed;
  }
}
