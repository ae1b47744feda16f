package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.tidemark.jobs.spec.SystemColumns;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of a micro-batch, with the facts about them that planning needs. They are not kept: the
 * facts come from a few narrow columns, and reading those twice costs less than keeping all.
 *
 * @param rows the rows that count
 * @param read rows of the range, all of them
 * @param late rows left to the batch
 * @param pending rows of sealed days, left out
 * @param days business days among the rows that count
 * @param earliest event time of the first of them, null when there is none or none has a time
 * @param latest event time of the last of them
 */
record MicroBatchRows(
    Dataset<Row> rows,
    long read,
    long late,
    long pending,
    List<LocalDate> days,
    Instant earliest,
    Instant latest) {
  private static final int DAYS_WORTH_NAMING = 60;

  /**
   * Looks at the rows.
   *
   * @param input all rows of the range
   * @param late condition under which a row is left to the batch
   */
  static MicroBatchRows of(Dataset<Row> input, Optional<String> late) {
    Column isPending =
        Arrays.asList(input.columns()).contains(SystemColumns.PENDING)
            ? coalesce(col(SystemColumns.PENDING), lit(false))
            : lit(false);
    Column isLate = late.map(condition -> coalesce(expr(condition), lit(false))).orElse(lit(false));
    Column counts = not(isPending).and(not(isLate));
    Row facts =
        input
            .agg(
                count(lit(1)),
                count(when(isPending, 1)),
                count(when(not(isPending).and(isLate), 1)),
                collect_set(when(counts, col(SystemColumns.DT))),
                min(when(counts, col(SystemColumns.EVENT_TIME))),
                max(when(counts, col(SystemColumns.EVENT_TIME))))
            .head();
    return new MicroBatchRows(
        input.where(counts),
        facts.getLong(0),
        facts.getLong(2),
        facts.getLong(1),
        facts.<LocalDate>getList(3).stream().sorted().toList(),
        facts.getAs(4),
        facts.getAs(5));
  }

  /** Whether no row counts. */
  boolean isEmpty() {
    return days.isEmpty();
  }

  /** A condition that is true for the days of these rows, and perhaps for some between them. */
  Column ofTheseDays() {
    return onDays(days);
  }

  /** The same of any days. */
  static Column onDays(Collection<LocalDate> days) {
    Column dt = col(SystemColumns.DT);
    return days.size() <= DAYS_WORTH_NAMING
        ? dt.isInCollection(days)
        : dt.between(Collections.min(days), Collections.max(days));
  }

  /**
   * A condition that is true for rows of the windows of these rows, and for some around them. A
   * table that is written as time goes on is read no further than its newest files by it.
   *
   * @param window length of the windows
   */
  Column aroundTheirWindows(Duration window) {
    Column time = col(SystemColumns.EVENT_TIME);
    if (earliest == null) {
      return time.isNull();
    }
    Duration reach = reach(window);
    // Whole hours: the bounds stand in the code that is generated, and the next micro-batch finds
    // that code again only when they are the same.
    Instant from = earliest.minus(reach).truncatedTo(ChronoUnit.HOURS);
    Instant to = latest.plus(reach).truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
    return time.isNull().or(time.between(from, to));
  }

  /**
   * How far apart two rows of one window may be, at most. Where clocks are put back by half an hour
   * (Lord Howe Island) an hour lasts ninety minutes once a year.
   */
  static Duration reach(Duration window) {
    return window.multipliedBy(2);
  }
}
