package io.tidemark.reconciliation.ends;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.reconciliation.ends.plan.EndCheck;
import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code ops.end_check}: a row for each check of a day. Results replace those that the
 * day had of the same names, in one commit.
 */
final class EndCheckTable {
  static final TableName TABLE = TableName.parse("ops.end_check");

  private static final String NAME = "name";
  private static final int MAX_ATTEMPTS = 10;
  private static final StructType SCHEMA =
      new StructType()
          .add(SystemColumns.DT, DataTypes.DateType)
          .add(NAME, DataTypes.StringType)
          .add("kind", DataTypes.StringType)
          .add("left_name", DataTypes.StringType)
          .add("right_name", DataTypes.StringType)
          .add("left_count", DataTypes.LongType)
          .add("right_count", DataTypes.LongType)
          .add("differing", DataTypes.LongType)
          .add("within", DataTypes.BooleanType)
          .add("detail", DataTypes.StringType)
          .add("checked_at", DataTypes.TimestampType);

  private final Lakehouse lake;

  EndCheckTable(Lakehouse lake) {
    this.lake = lake;
  }

  /** Writes results down; one that there was nothing to check for is none. */
  void replace(LocalDate day, List<EndCheck> checks, Instant at) {
    List<Row> rows =
        checks.stream()
            .filter(check -> check.state() != State.NOTHING)
            .map(check -> row(day, check, at))
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    List<String> names = checks.stream().map(EndCheck::name).distinct().toList();
    Table table = lake.ensure(TABLE, SCHEMA, Map.of());
    Dataset<Row> fresh = lake.spark().createDataFrame(rows, SCHEMA);
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      Snapshot base = table.currentSnapshot();
      Dataset<Row> all = base == null ? fresh : fresh.unionByName(others(base, day, names));
      StagedFiles staged = StagedFiles.write(table, all.coalesce(1), Layout.AS_THEY_COME);
      try {
        overwrite(table, base, staged, day);
        return;
      } catch (ValidationException e) {
        // Other results of the day came first: read them.
        staged.discard();
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static Row row(LocalDate day, EndCheck check, Instant at) {
    return RowFactory.create(
        day,
        check.name(),
        check.kind().text(),
        check.left(),
        check.right(),
        check.leftCount(),
        check.rightCount(),
        check.differing(),
        check.state() == State.WITHIN,
        check.detail(),
        at);
  }

  private Dataset<Row> others(Snapshot base, LocalDate day, List<String> names) {
    return lake.readAsOf(TABLE, base.snapshotId())
        .where(col(SystemColumns.DT).equalTo(lit(day)))
        .where(not(col(NAME).isInCollection(names)));
  }

  private static void overwrite(Table table, Snapshot base, StagedFiles staged, LocalDate day) {
    Expression ofTheDay = Expressions.equal(SystemColumns.DT, day.toString());
    OverwriteFiles overwrite =
        table
            .newOverwrite()
            .overwriteByRowFilter(ofTheDay)
            .conflictDetectionFilter(ofTheDay)
            .validateNoConflictingData()
            .validateNoConflictingDeletes()
            .validateAddedFilesMatchOverwriteFilter();
    if (base != null) {
      overwrite.validateFromSnapshot(base.snapshotId());
    }
    staged.files().forEach(overwrite::addFile);
    overwrite.commit();
  }
}
