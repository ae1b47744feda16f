package io.tidemark.catalog;

import io.tidemark.catalog.cut.InputRange;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A table as whoever reads it has come to know it: whatever is added, renamed or widened since, and
 * whatever a snapshot does not have yet, its rows come in the columns that are known.
 */
public final class KnownTable {
  private final Lakehouse lake;
  private final TableName name;
  private final Schema known;

  KnownTable(Lakehouse lake, TableName name, Schema known) {
    this.lake = lake;
    this.name = name;
    this.known = known;
  }

  /**
   * The rows as of a snapshot, on whatever branch.
   *
   * @throws SchemaMismatchException when a known column was dropped
   */
  public Dataset<Row> readAsOf(long snapshotId) {
    Schema then = SnapshotUtil.schemaFor(current(), snapshotId);
    return asKnown(
        then,
        reader().option(SparkReadOptions.VERSION_AS_OF, snapshotId).table(lake.identifier(name)));
  }

  /**
   * The rows that were appended in a range.
   *
   * @throws SchemaMismatchException when a known column was dropped
   */
  public Dataset<Row> read(InputRange range) {
    if (range.from() == null) {
      return readAsOf(range.to());
    }
    Schema now = current().schema();
    return asKnown(
        now,
        reader()
            .option(SparkReadOptions.START_SNAPSHOT_ID, range.from())
            .option(SparkReadOptions.END_SNAPSHOT_ID, range.to())
            .table(lake.identifier(name)));
  }

  /** A frame without any row. */
  public Dataset<Row> empty() {
    return lake.spark().createDataFrame(List.of(), SparkSchemaUtil.convert(known));
  }

  private DataFrameReader reader() {
    return lake.spark().read();
  }

  private Table current() {
    Table table = lake.load(name);
    requireAll(name.toString(), known, table.schema());
    return table;
  }

  private Dataset<Row> asKnown(Schema schema, Dataset<Row> rows) {
    return schema.asStruct().equals(known.asStruct())
        ? rows
        : rows.select(Projection.between(schema, known));
  }

  /**
   * Refuses to go on without a column.
   *
   * @param table its name as Iceberg has it, with or without the catalog's
   * @throws SchemaMismatchException when one of the known columns is not there any more
   */
  public static void requireAll(String table, Schema known, Schema now) {
    List<String> dropped =
        known.columns().stream()
            .filter(column -> now.asStruct().field(column.fieldId()) == null)
            .map(column -> column.name())
            .toList();
    if (!dropped.isEmpty()) {
      String[] parts = table.split("\\.");
      throw SchemaMismatchException.dropped(
          new TableName(parts[parts.length - 2], parts[parts.length - 1]), dropped);
    }
  }
}
