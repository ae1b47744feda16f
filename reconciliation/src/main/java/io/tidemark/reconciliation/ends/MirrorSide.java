package io.tidemark.reconciliation.ends;

import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.reconciliation.ends.plan.BucketSums;
import io.tidemark.reconciliation.ends.plan.FingerprintSql;
import io.tidemark.reconciliation.ends.plan.RowPrint;
import io.tidemark.reconciliation.ends.plan.SourceColumn;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** A mirror as it is read: without deleted rows, as of one snapshot at a time. */
final class MirrorSide {
  private static final String CHANGES = "mirror_changes";
  private static final String MIRROR = "mirror_side";

  private final Lakehouse lake;
  private final JobTables tables;
  private final MirrorSpec mirror;

  /**
   * @param lake tables through a session whose views nobody else uses
   */
  MirrorSide(Lakehouse lake, JobTables tables, MirrorSpec mirror) {
    this.lake = lake;
    this.tables = tables;
    this.mirror = mirror;
    lake.spark()
        .udf()
        .register(
            SourceColumn.DECIMAL_TEXT,
            (UDF1<BigDecimal, String>) MirrorSide::text,
            DataTypes.StringType);
    lake.spark()
        .udf()
        .register(
            SourceColumn.DOUBLE_TEXT,
            (UDF1<Double, String>) MirrorSide::text,
            DataTypes.StringType);
  }

  static String text(BigDecimal value) {
    if (value == null) {
      return null;
    }
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  static String text(Double value) {
    if (value == null) {
      return null;
    }
    return String.format("%016x", Double.doubleToLongBits(value == 0 ? 0.0 : value));
  }

  /** From here on it is read as it is now. */
  void refresh() {
    Snapshot head = lake.load(mirror.output()).currentSnapshot();
    Dataset<Row> changes =
        head == null
            ? lake.empty(mirror.output())
            : lake.readAsOf(mirror.output(), head.snapshotId());
    changes.createOrReplaceTempView(CHANGES);
    Dataset<Row> rows = lake.spark().sql(tables.readSql(mirror, CHANGES));
    if (mirror.delete() == MirrorSpec.Delete.SOFT) {
      rows = rows.where("NOT " + ChangeColumns.IS_DELETED);
    }
    rows.createOrReplaceTempView(MIRROR);
  }

  BucketSums sums(FingerprintSql sql) {
    BucketSums sums = new BucketSums(sql.buckets());
    lake.spark()
        .sql(sql.mirrorSums(MIRROR))
        .toLocalIterator()
        .forEachRemaining(row -> sums.put(row.getInt(0), row.getLong(1), row.getString(2)));
    return sums;
  }

  /** The rows of some buckets, in order, not all at once. */
  Iterator<RowPrint> rows(FingerprintSql sql, List<Integer> buckets) {
    Iterator<Row> rows =
        lake.spark()
            .sql(sql.mirrorRows(MIRROR))
            .where(col("bucket").isInCollection(buckets))
            .orderBy("bucket", "key_print", "row_print")
            .toLocalIterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public RowPrint next() {
        Row row = rows.next();
        return new RowPrint(row.getInt(0), row.getLong(1), row.getLong(2), row.getString(3));
      }
    };
  }

  /** The rows' fingerprints of some keys. */
  Map<Long, Long> keys(FingerprintSql sql, Collection<Long> keys) {
    Map<Long, Long> found = new HashMap<>();
    lake.spark()
        .sql(sql.mirrorRows(MIRROR))
        .where(col("key_print").isInCollection(keys))
        .select("key_print", "row_print")
        .toLocalIterator()
        .forEachRemaining(row -> found.put(row.getLong(0), row.getLong(1)));
    return found;
  }
}
