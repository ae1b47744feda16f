package io.tidemark.reconciliation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.reconciliation.plan.Pin;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of a day on both sides, as views of a session of its own. */
final class Sides {
  static final String STREAM = "stream_side";
  static final String BATCH = "batch_side";

  private final Lakehouse lake;

  Sides(Lakehouse lake) {
    this.lake = lake;
  }

  /** Lets {@link #STREAM} and {@link #BATCH} stand for what is pinned. */
  void show(TableName table, Pin pin) {
    rows(table, pin.day(), pin.mainSnapshot()).createOrReplaceTempView(STREAM);
    rows(table, pin.day(), Optional.of(pin.offline())).createOrReplaceTempView(BATCH);
  }

  /**
   * Lets both views stand for what readers see of their rows.
   *
   * @param sql gives the SQL that reads a view
   */
  void read(UnaryOperator<String> sql) {
    for (String side : List.of(STREAM, BATCH)) {
      String written = side + "_rows";
      lake.spark().table(side).createOrReplaceTempView(written);
      lake.spark().sql(sql.apply(written)).createOrReplaceTempView(side);
    }
  }

  /** A day's rows as of a snapshot; none without one. */
  Dataset<Row> rows(TableName table, LocalDate day, Optional<Long> snapshot) {
    return snapshot
        .map(id -> lake.readAsOf(table, id))
        .orElseGet(() -> lake.empty(table))
        .where(col(SystemColumns.DT).equalTo(lit(day)));
  }
}
