package io.tidemark.reconciliation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
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
  private static final int MAX_ATTEMPTS = 10;

  /** Rows travel to executors inside tasks, which Spark wants below a mebibyte each. */
  private static final int ROWS_PER_TASK = 500;

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
    Table table = lake.ensure(name, schema, Map.of());
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      Snapshot base = table.currentSnapshot();
      if (rows.isEmpty() && (base == null || ofDay(base, day, named(names)).isEmpty())) {
        return;
      }
      StagedFiles staged =
          StagedFiles.write(table, all(base, day, names, rows), Layout.AS_THEY_COME);
      try {
        overwrite(table, base, staged, day);
        return;
      } catch (ValidationException e) {
        staged.discard();
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
        LOG.debug("another result of {} came first; reading it", day);
      }
    }
  }

  /** The day as it is to be, in one partition, so that it becomes one file. */
  private Dataset<Row> all(Snapshot base, LocalDate day, List<String> names, List<Row> rows) {
    boolean few = rows.size() <= ROWS_PER_TASK;
    Dataset<Row> fresh =
        few
            ? lake.spark().createDataFrame(rows, schema)
            : lake.spark()
                .createDataFrame(
                    JavaSparkContext.fromSparkContext(lake.spark().sparkContext())
                        .parallelize(rows, 1 + rows.size() / ROWS_PER_TASK),
                    schema);
    Dataset<Row> all =
        base == null ? fresh : fresh.unionByName(ofDay(base, day, not(named(names))));
    return few ? all.coalesce(1) : all.repartition(1);
  }

  private Column named(List<String> names) {
    return col(whose).isInCollection(names);
  }

  private Dataset<Row> ofDay(Snapshot base, LocalDate day, Column condition) {
    return lake.readAsOf(name, base.snapshotId())
        .where(col(SystemColumns.DT).equalTo(lit(day)))
        .where(condition);
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
