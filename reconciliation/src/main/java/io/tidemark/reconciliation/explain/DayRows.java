package io.tidemark.reconciliation.explain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows of a day of a table: as of a snapshot, or as they were appended, whatever became of them.
 */
final class DayRows {
  private final Lakehouse lake;
  private final TableName table;
  private final LocalDate day;

  DayRows(Lakehouse lake, TableName table, LocalDate day) {
    this.lake = lake;
    this.table = table;
    this.day = day;
  }

  /** The rows as of a snapshot; none without one. */
  Dataset<Row> asOf(Optional<Long> snapshot) {
    return ofDay(snapshot.map(id -> lake.readAsOf(table, id)).orElseGet(() -> lake.empty(table)));
  }

  /**
   * The rows as of one snapshot, and those appended between it and another.
   *
   * @param without data files that are left out of the appended ones
   */
  Dataset<Row> appended(long base, long head, List<String> without) {
    Dataset<Row> before = asOf(Optional.of(base));
    if (base == head) {
      return before;
    }
    Dataset<Row> since = since(base, head);
    if (!without.isEmpty()) {
      since = since.where(not(col(MetadataColumns.FILE_PATH.name()).isInCollection(without)));
    }
    return before.unionByName(ofDay(since.select(columns(before))));
  }

  /**
   * The rows of ODS as of one cut of the day, as if none of them had come behind a seal, and those
   * that came between it and a later cut.
   */
  Dataset<Row> pendingSince(long cut, long later) {
    Dataset<Row> before = asOf(Optional.of(cut)).withColumn(SystemColumns.PENDING, lit(false));
    return cut == later
        ? before
        : before.unionByName(ofDay(since(cut, later).select(columns(before))));
  }

  private Dataset<Row> since(long base, long head) {
    return lake.spark()
        .read()
        .option(SparkReadOptions.START_SNAPSHOT_ID, base)
        .option(SparkReadOptions.END_SNAPSHOT_ID, head)
        .table(lake.identifier(table));
  }

  private static Column[] columns(Dataset<Row> rows) {
    return Arrays.stream(rows.columns()).map(name -> col("`" + name + "`")).toArray(Column[]::new);
  }

  private Dataset<Row> ofDay(Dataset<Row> rows) {
    return rows.where(col(SystemColumns.DT).equalTo(lit(day)));
  }
}
