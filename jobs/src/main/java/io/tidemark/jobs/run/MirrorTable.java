package io.tidemark.jobs.run;

import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.MirrorSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The table of a mirror: partitioned by a hash of the key, so that a key is in one partition. */
final class MirrorTable {
  /** What a mirror is partitioned by first. */
  static final PartitionTerm BY_BUCKET = PartitionTerm.parse(ChangeColumns.BUCKET);

  private static final String BUCKETS = "tidemark.buckets";
  private static final String BUCKET_KEY = "tidemark.bucket-key";

  private MirrorTable() {}

  /**
   * The table as its job declares it.
   *
   * @param key columns of the primary key, whose hash is the bucket
   */
  static DeclaredTable declared(
      MirrorSpec job, List<String> key, Schema columns, Map<String, String> properties) {
    Map<String, String> initial = new TreeMap<>(properties);
    initial.put(BUCKETS, Integer.toString(job.buckets()));
    initial.put(BUCKET_KEY, String.join(",", key));
    return DeclaredTable.partitionedBy(job.output(), columns, BY_BUCKET, initial);
  }

  /**
   * Compares what the table's rows are in buckets by with what is declared.
   *
   * @throws MirrorMismatchException when it is another number of buckets or another key
   */
  static void checkBuckets(Table table, MirrorSpec job, List<String> key) {
    String buckets = table.properties().get(BUCKETS);
    if (!Integer.toString(job.buckets()).equals(buckets)) {
      throw new MirrorMismatchException(
          "table %s has %s buckets, job %s declares %d: its rows would be looked for in the wrong partitions"
              .formatted(job.output(), buckets, job.name(), job.buckets()),
          "buckets: " + buckets);
    }
    List<String> there = List.of(table.properties().getOrDefault(BUCKET_KEY, "").split(","));
    if (!isRenamed(table, there, key)) {
      throw new MirrorMismatchException(
          "table %s is in buckets by the key %s, and the key of its input is declared as %s: one row would be in two partitions, and be shown twice"
              .formatted(job.output(), there, key),
          "key: " + there);
    }
  }

  /** Whether two lists name the same columns, which may have had other names. */
  private static boolean isRenamed(Table table, List<String> before, List<String> now) {
    return before.size() == now.size()
        && IntStream.range(0, now.size())
            .allMatch(
                i ->
                    before.get(i).equals(now.get(i))
                        || ColumnNames.of(table, now.get(i)).contains(before.get(i)));
  }

  /** The columns, with the types that the input has. */
  static StructType schema(List<String> columns, StructType input) {
    return new StructType(
        columns.stream()
            .map(
                column ->
                    column.equals(ChangeColumns.BUCKET)
                        ? DataTypes.createStructField(column, DataTypes.IntegerType, true)
                        : input.apply(column))
            .toArray(StructField[]::new));
  }
}
