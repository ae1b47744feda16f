package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.tidemark.jobs.spec.SystemColumns;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows of a micro-batch, kept in memory (or on disk) because they are read several times, with
 * the facts about them that planning needs.
 */
record MicroBatchRows(
    Dataset<Row> rows,
    Dataset<Row> cached,
    long read,
    long late,
    long pending,
    List<LocalDate> days) {
  private static final int DAYS_WORTH_NAMING = 60;

  /**
   * Keeps the rows that count.
   *
   * @param input all rows of the range
   * @param late condition under which a row is left to the batch
   */
  static MicroBatchRows keep(Dataset<Row> input, Optional<String> late) {
    Column isPending =
        Arrays.asList(input.columns()).contains(SystemColumns.PENDING)
            ? coalesce(col(SystemColumns.PENDING), lit(false))
            : lit(false);
    Column isLate = late.map(condition -> coalesce(expr(condition), lit(false))).orElse(lit(false));
    Dataset<Row> flagged =
        input
            .withColumn("pending__", isPending)
            .withColumn("late__", isLate)
            .persist(StorageLevel.MEMORY_AND_DISK());
    Column counts = not(col("pending__")).and(not(col("late__")));
    Row facts =
        flagged
            .agg(
                count(lit(1)),
                count(when(col("pending__"), 1)),
                count(when(not(col("pending__")).and(col("late__")), 1)),
                collect_set(when(counts, col(SystemColumns.DT))))
            .head();
    List<LocalDate> days = facts.<LocalDate>getList(3).stream().sorted().toList();
    return new MicroBatchRows(
        flagged.where(counts).drop("pending__", "late__"),
        flagged,
        facts.getLong(0),
        facts.getLong(2),
        facts.getLong(1),
        days);
  }

  /** Whether no row counts. */
  boolean isEmpty() {
    return days.isEmpty();
  }

  /** A condition that is true for the days of these rows, and perhaps for some between them. */
  Column ofTheseDays() {
    Column dt = col(SystemColumns.DT);
    return days.size() <= DAYS_WORTH_NAMING
        ? dt.isInCollection(days)
        : dt.between(Collections.min(days), Collections.max(days));
  }

  void release() {
    cached.unpersist();
  }
}
