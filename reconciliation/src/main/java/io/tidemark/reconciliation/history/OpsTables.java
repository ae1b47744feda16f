package io.tidemark.reconciliation.history;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import java.time.LocalDate;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.spark.sql.Column;

/** The tables of results. One that does not exist, or is empty, has no row: that is no failure. */
final class OpsTables {
  private final Lakehouse lake;

  OpsTables(Lakehouse lake) {
    this.lake = lake;
  }

  /** Whether anybody has ever written it. */
  boolean exists(String table) {
    return lake.exists(name(table));
  }

  private static TableName name(String table) {
    return TableName.parse("ops." + table);
  }

  /** The rows of a day. */
  List<OpsRow> rows(String table, LocalDate day) {
    return rows(table, day, day, lit(true));
  }

  /** The rows of several days, both ends included, that meet a condition. */
  List<OpsRow> rows(String table, LocalDate from, LocalDate to, Column condition) {
    TableName name = name(table);
    if (!lake.exists(name)) {
      return List.of();
    }
    Snapshot head = lake.load(name).currentSnapshot();
    if (head == null) {
      return List.of();
    }
    return lake
        .readAsOf(name, head.snapshotId())
        .where(col("dt").between(lit(from), lit(to)))
        .where(condition)
        .collectAsList()
        .stream()
        .map(OpsRow::new)
        .toList();
  }
}
