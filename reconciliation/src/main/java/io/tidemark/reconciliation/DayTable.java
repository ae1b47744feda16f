package io.tidemark.reconciliation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.jobs.run.DayFile;
import io.tidemark.jobs.spec.SystemColumns;
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
 * A table of results, whose rows have a business day and the name of whom they are of. A result
 * replaces the day's rows of its names by an {@code OverwriteFiles} commit whose filter is the day
 * alone; the day's rows of other names are read and written back in the same commit. A filter on
 * day and name would be smaller, but Iceberg takes out whole files only, and fails as soon as one
 * file holds two names, which any compaction makes. Two results of one day that meet are told apart
 * by the commit's validation: the second one reads again.
 */
public final class DayTable {
  private static final Logger LOG = LoggerFactory.getLogger(DayTable.class);
  private static final int MAX_ATTEMPTS = 50;

  private final Lakehouse lake;
  private final TableName name;
  private final StructType schema;
  private final String whose;

  /**
   * A table that need not exist yet.
   *
   * @param schema its columns, the business day and {@code whose} among them
   * @param whose the column of the names
   */
  public DayTable(Lakehouse lake, TableName name, StructType schema, String whose) {
    this.lake = lake;
    this.name = name;
    this.schema = schema;
    this.whose = whose;
  }

  /**
   * Puts rows in place of what the day has of some names.
   *
   * @param rows of that day and those names; none, where only what is there is to go
   */
  public void replace(LocalDate day, List<String> names, List<Row> rows) {
    replace(day, names, base -> rows);
  }

  /**
   * The same with rows that follow from what is there.
   *
   * @param decide the rows, from the snapshot of the table that they are to change, if it has one;
   *     asked again when another result came first
   */
  void replace(LocalDate day, List<String> names, Function<Optional<Long>, List<Row>> decide) {
    Table table = lake.ensure(name, schema, Map.of());
    Predicate<Record> replaced = row -> names.contains(row.getField(whose));
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
