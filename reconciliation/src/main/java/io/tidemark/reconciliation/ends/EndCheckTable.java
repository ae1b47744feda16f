package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.reconciliation.DayTable;
import io.tidemark.reconciliation.ends.plan.EndCheck;
import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
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
    new DayTable(lake, TABLE, SCHEMA, NAME).replace(day, names, rows);
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
}
