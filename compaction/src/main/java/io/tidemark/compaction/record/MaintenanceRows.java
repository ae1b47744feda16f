package io.tidemark.compaction.record;

import io.tidemark.jobs.spec.SystemColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DateType;
import org.apache.iceberg.types.Types.DoubleType;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StringType;
import org.apache.iceberg.types.Types.TimestampType;

/** Rows of {@link MaintenanceTable}, in a file that no commit names yet. */
final class MaintenanceRows {
  static final String RUN_ID = "run_id";
  static final String TABLE_NAME = "table_name";

  static final Schema SCHEMA = schema();

  private MaintenanceRows() {}

  private static Map<String, Type> columns() {
    Map<String, Type> columns = new LinkedHashMap<>();
    columns.put(SystemColumns.DT, DateType.get());
    columns.put(RUN_ID, StringType.get());
    columns.put("kind", StringType.get());
    columns.put(TABLE_NAME, StringType.get());
    columns.put("partition", StringType.get());
    columns.put("action", StringType.get());
    columns.put("started_at", TimestampType.withZone());
    columns.put("seconds", DoubleType.get());
    columns.put("reasons", StringType.get());
    columns.put("planned_groups", LongType.get());
    columns.put("planned_files", LongType.get());
    columns.put("planned_bytes", LongType.get());
    columns.put("planned_seconds", DoubleType.get());
    columns.put("groups_done", LongType.get());
    columns.put("groups_conflicted", LongType.get());
    columns.put("groups_failed", LongType.get());
    columns.put("files_removed", LongType.get());
    columns.put("delete_files_removed", LongType.get());
    columns.put("files_added", LongType.get());
    columns.put("bytes_read", LongType.get());
    columns.put("bytes_written", LongType.get());
    columns.put("rows_folded", LongType.get());
    columns.put("snapshots_expired", LongType.get());
    columns.put("orphans_deleted", LongType.get());
    columns.put("files_fewer", LongType.get());
    columns.put("bytes_fewer", LongType.get());
    columns.put("outcome", StringType.get());
    columns.put("detail", StringType.get());
    return columns;
  }

  private static Schema schema() {
    List<NestedField> fields = new ArrayList<>();
    columns()
        .forEach((name, type) -> fields.add(NestedField.optional(fields.size() + 1, name, type)));
    return new Schema(fields);
  }

  /** Writes a run's rows. Whoever does not commit the file deletes it. */
  static DataFile write(Table table, LocalDate day, MaintenanceRun run) {
    PartitionKey partition = partition(table, day);
    OutputFile output =
        table
            .io()
            .newOutputFile(
                table
                    .locationProvider()
                    .newDataLocation(table.spec(), partition, UUID.randomUUID() + ".parquet"));
    DataWriter<Record> writer = writer(table, partition, output);
    try (writer) {
      run.all().forEach(step -> writer.write(row(table.schema(), day, run, step)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  private static DataWriter<Record> writer(Table table, PartitionKey partition, OutputFile output) {
    try {
      return Parquet.writeData(output)
          .forTable(table)
          .withPartition(partition)
          .createWriterFunc(GenericParquetWriter::create)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PartitionKey partition(Table table, LocalDate day) {
    Record ofTheDay = GenericRecord.create(table.schema());
    ofTheDay.setField(SystemColumns.DT, day);
    PartitionKey partition = new PartitionKey(table.spec(), table.schema());
    partition.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(ofTheDay));
    return partition;
  }

  private static Record row(
      Schema schema, LocalDate day, MaintenanceRun run, MaintenanceStep step) {
    Record row = GenericRecord.create(schema);
    row.setField(SystemColumns.DT, day);
    row.setField(RUN_ID, run.id());
    row.setField("kind", run.kind().text());
    row.setField(TABLE_NAME, step.table());
    row.setField("partition", step.partition());
    row.setField("action", step.action());
    row.setField("started_at", step.started().atOffset(ZoneOffset.UTC));
    row.setField("seconds", step.seconds());
    row.setField("reasons", step.reasons());
    row.setField("planned_groups", step.planned().groups());
    row.setField("planned_files", step.planned().files());
    row.setField("planned_bytes", step.planned().bytes());
    row.setField("planned_seconds", step.planned().seconds());
    MaintenanceStep.Done done = step.done();
    row.setField("groups_done", done.groups().done());
    row.setField("groups_conflicted", done.groups().conflicted());
    row.setField("groups_failed", done.groups().failed());
    row.setField("files_removed", done.filesRemoved());
    row.setField("delete_files_removed", done.deleteFilesRemoved());
    row.setField("files_added", done.filesAdded());
    row.setField("bytes_read", done.bytesRead());
    row.setField("bytes_written", done.bytesWritten());
    row.setField("rows_folded", done.rowsFolded());
    row.setField("snapshots_expired", done.snapshotsExpired());
    row.setField("orphans_deleted", done.orphansDeleted());
    row.setField("files_fewer", step.gained().files());
    row.setField("bytes_fewer", step.gained().bytes());
    row.setField("outcome", step.outcome().text());
    row.setField("detail", step.detail());
    return row;
  }
}
