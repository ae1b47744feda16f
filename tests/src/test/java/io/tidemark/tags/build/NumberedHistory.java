package io.tidemark.tags.build;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.plan.BucketPlan;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import io.tidemark.tags.spec.TagTable;
import io.tidemark.tags.table.HistoryTables;
import io.tidemark.tags.table.PlainFile;
import io.tidemark.tests.lakehouse.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The tables of a history of two buckets, whose task is run by hand. */
final class NumberedHistory {
  static final HistorySpec SPEC =
      new HistorySpec(
          "numbered",
          "",
          "",
          "user_id",
          UserType.BIGINT,
          10,
          Map.of(new TableName("dws", "user_1d"), Map.of("pv", MetricType.INTEGER)),
          new TagTable(
              new TableName("dim", "user_tag"),
              "",
              Map.of("city", new TagTable.Tag(ColumnType.parse("string"), false))),
          Map.of("city", List.of("city")),
          List.of(),
          List.of(),
          new TableName("dws", "numbered"),
          new HistoryLayout(2, 2, 4, 4));

  private static final DataType[] COLUMNS = {
    DataTypes.LongType, DataTypes.LongType, DataTypes.IntegerType, DataTypes.LongType
  };

  final Lakehouse lake;
  final HistoryTables tables;

  /** A history in a folder of its own. */
  NumberedHistory(Path folder) {
    lake =
        Lakehouse.open(
            Declarations.read(
                    Repository.conf(),
                    "local",
                    Map.of("catalog.warehouse", folder.resolve("warehouse").toString()))
                .environment());
    tables = new HistoryTables(lake, SPEC);
    tables.ensure();
  }

  /** A row of 1970-01-01. */
  static InternalRow row(int bucket, long user) {
    return new GenericInternalRow(
        new Object[] {(long) bucket << Integer.SIZE | 1L << (Integer.SIZE - 1), user, 0, 1L});
  }

  /**
   * Runs the task of some buckets.
   *
   * @param plan what is to be made of each
   */
  BuiltFiles run(
      List<Integer> buckets, BucketPlan plan, Directory directory, Iterator<InternalRow> rows) {
    ArrayList<BucketWork> works = new ArrayList<>();
    buckets.forEach(
        bucket ->
            works.add(
                new BucketWork(
                    bucket,
                    plan,
                    plain(directory.of(bucket)),
                    plain(directory.merged(bucket)),
                    Map.of())));
    return new BuildTask(new BucketTables(SPEC, tables, List.of("dws.user_1d"), 0), COLUMNS)
        .call(rows, List.of(works).iterator())
        .next();
  }

  private static List<PlainFile> plain(List<DataFile> files) {
    return files.stream().map(PlainFile::of).toList();
  }

  static List<String> texts(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.getString(0)).sorted().toList();
  }
}
