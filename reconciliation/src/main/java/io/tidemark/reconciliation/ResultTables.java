package io.tidemark.reconciliation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.reconciliation.plan.DayResult;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that keep the results: {@code ops.reconciliation_run}, a row per day and job, {@code
 * _metric}, one per metric too, and of each metric {@code _cause}, the parts of its difference,
 * {@code _dimension}, the values of dimensions that differ most, and {@code _key}, its worst keys.
 *
 * <p>A result replaces the day's rows of its jobs by an {@code OverwriteFiles} commit per table,
 * whose filter is the day alone; the day's rows of other jobs are read and written back in the same
 * commit. A filter on day and job would be smaller, but Iceberg takes out whole files only, and
 * fails as soon as one file holds two jobs, which any compaction makes. Two results of one day that
 * meet are told apart by the commit's validation: the second one reads again.
 */
final class ResultTables {
  static final TableName METRICS = TableName.parse("ops.reconciliation_metric");
  static final TableName RUNS = TableName.parse("ops.reconciliation_run");
  static final TableName CAUSES = TableName.parse("ops.reconciliation_cause");
  static final TableName DIMENSIONS = TableName.parse("ops.reconciliation_dimension");
  static final TableName KEYS = TableName.parse("ops.reconciliation_key");

  private static final Logger LOG = LoggerFactory.getLogger(ResultTables.class);
  private static final int MAX_ATTEMPTS = 50;

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

  /**
   * The same with rows that follow from what is there.
   *
   * @param decide the rows, from the snapshot of the table that they are to change, if it has one;
   *     asked again when another result came first
   */
  void replace(
      TableName name,
      StructType schema,
      Function<Optional<Long>, List<Row>> decide,
      LocalDate day,
      List<String> jobs) {
    Table table = lake.ensure(name, schema, Map.of());
    Predicate<Record> replaced = row -> jobs.contains(row.getField(ResultRows.JOB));
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      Snapshot base = table.currentSnapshot();
      List<Row> rows = decide.apply(Optional.ofNullable(base).map(Snapshot::snapshotId));
      DayFile file = new DayFile(table, day);
      if (rows.isEmpty() && !file.has(replaced)) {
        return;
      }
      StagedFiles staged = file.write(replaced.negate(), rows, schema);
      try {
        overwrite(table, base, staged, day);
        return;
      } catch (ValidationException | CommitFailedException e) {
        staged.discard();
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
        LOG.debug("another result of {} came first; reading it", day);
      } catch (CommitStateUnknownException | UncheckedSQLException e) {
        // It may have landed, so its files stay; replacing the same rows once more changes nothing.
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
        LOG.warn("outcome of a commit to {} is unknown; making it again", name);
      }
    }
  }

  private static void overwrite(Table table, Snapshot base, StagedFiles staged, LocalDate day) {
    Expression ofTheDay = Expressions.equal(SystemColumns.DT, day.toString());
    OverwriteFiles overwrite =
        table
            .newOverwrite()
            .overwriteByRowFilter(ofTheDay)
            .conflictDetectionFilter(ofTheDay)
            .validateNoConflictingData()
            .validateNoConflictingDeletes();
    if (base != null) {
      overwrite.validateFromSnapshot(base.snapshotId());
    }
    staged.files().forEach(overwrite::addFile);
    if (!staged.files().isEmpty()) {
      // Where nothing differs there is no key to write, and Iceberg refuses to check no file.
      overwrite.validateAddedFilesMatchOverwriteFilter();
    }
    overwrite.commit();
  }
}
