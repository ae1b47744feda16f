package io.tidemark.tags.build;

import io.tidemark.tags.table.TaskFiles;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction2;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/** Makes the files of the buckets that a task has the rows of, one after the other. */
final class BuildTask
    implements FlatMapFunction2<
        Iterator<InternalRow>, Iterator<ArrayList<BucketWork>>, BuiltFiles> {
  private static final long serialVersionUID = 1L;

  private final BucketTables tables;
  private final DataType[] columns;

  /**
   * The tasks of a build.
   *
   * @param columns types of the rows that come
   */
  BuildTask(BucketTables tables, DataType[] columns) {
    this.tables = tables;
    this.columns = columns;
  }

  /**
   * Makes them.
   *
   * @param input the rows, by bucket and then by day
   * @param works one list: what is to be made of the task's buckets, by bucket
   */
  @Override
  public Iterator<BuiltFiles> call(
      Iterator<InternalRow> input, Iterator<ArrayList<BucketWork>> works) {
    BucketRows rows = new BucketRows(input, columns);
    BuiltFiles built = new BuiltFiles();
    try (TaskFiles files = new TaskFiles()) {
      for (BucketWork work : works.next()) {
        new BucketTask(tables, work, files, built).run(rows);
        built.buckets++;
      }
      rows.requireNone(tables.inputs);
      files.keep();
    }
    return List.of(built).iterator();
  }
}
