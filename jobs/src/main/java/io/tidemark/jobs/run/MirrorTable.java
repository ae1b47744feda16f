package io.tidemark.jobs.run;

import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.MirrorSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The table of a mirror: partitioned by a hash of the key, so that a key is in one partition. */
final class MirrorTable {
  private static final String BUCKETS = "tidemark.buckets";

  private MirrorTable() {}

  /** The table as its job declares it. */
  static DeclaredTable declared(MirrorSpec job, Schema columns, Map<String, String> properties) {
    Map<String, String> initial = new TreeMap<>(properties);
    initial.put(BUCKETS, Integer.toString(job.buckets()));
    return DeclaredTable.partitionedBy(
        job.output(), columns, PartitionTerm.parse(ChangeColumns.BUCKET), initial);
  }

  /**
   * Compares the table's buckets with the declared ones.
   *
   * @throws IllegalStateException when it has another number of buckets
   */
  static void checkBuckets(Table table, MirrorSpec job) {
    String there = table.properties().get(BUCKETS);
    if (!Integer.toString(job.buckets()).equals(there)) {
      throw new IllegalStateException(
          "table %s has %s buckets, job %s declares %d: its rows would be looked for in the wrong partitions. Declare 'buckets: %s', or drop the table and run the job: it begins with the whole of its input"
              .formatted(job.output(), there, job.name(), job.buckets(), there));
    }
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
