package io.tidemark.reconciliation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.reconciliation.plan.DayResult;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The tables that keep the results: {@code ops.reconciliation_run}, a row per day and job, {@code
 * _metric}, one per metric too, and of each metric {@code _cause}, the parts of its difference,
 * {@code _dimension}, the values of dimensions that differ most, and {@code _key}, its worst keys.
 * A result replaces the day's rows of its jobs, by a commit per table.
 */
final class ResultTables {
  static final TableName METRICS = TableName.parse("ops.reconciliation_metric");
  static final TableName RUNS = TableName.parse("ops.reconciliation_run");
  static final TableName CAUSES = TableName.parse("ops.reconciliation_cause");
  static final TableName DIMENSIONS = TableName.parse("ops.reconciliation_dimension");
  static final TableName KEYS = TableName.parse("ops.reconciliation_key");

  private final Lakehouse lake;

  ResultTables(Lakehouse lake) {
    this.lake = lake;
  }

  /** The run last: once its row is there, whatever else belongs to it is there too. */
  void replace(DayResult result) {
    List<String> jobs = result.jobs().stream().map(job -> job.pin().job()).toList();
    replace(KEYS, ResultRows.KEY_SCHEMA, ResultRows.keys(result), result.day(), jobs);
    replace(
        DIMENSIONS, ResultRows.DIMENSION_SCHEMA, ResultRows.dimensions(result), result.day(), jobs);
    replace(CAUSES, ResultRows.CAUSE_SCHEMA, ResultRows.causes(result), result.day(), jobs);
    replace(METRICS, ResultRows.METRIC_SCHEMA, ResultRows.metrics(result), result.day(), jobs);
    replace(RUNS, ResultRows.RUN_SCHEMA, ResultRows.runs(result), result.day(), jobs);
  }

  /** Puts rows in place of a day's rows of some jobs. */
  void replace(
      TableName name, StructType schema, List<Row> rows, LocalDate day, List<String> jobs) {
    replace(name, schema, base -> rows, day, jobs);
  }

  /** The same with rows that follow from what is there, as {@link DayTable} says. */
  void replace(
      TableName name,
      StructType schema,
      Function<Optional<Long>, List<Row>> decide,
      LocalDate day,
      List<String> jobs) {
    new DayTable(lake, name, schema, ResultRows.JOB).replace(day, jobs, decide);
  }
}
