package io.tidemark.jobs.run;

import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.jobs.spec.SystemColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * One day of a table of results, written as one file by this process: the rows are here already,
 * and a job of the engine takes many times as long as writing them.
 *
 * @param table a table of business days, as it was loaded last: what is read is its newest snapshot
 */
public record DayFile(Table table, LocalDate day) {
  /** Whether the table has a row of the day that meets a condition. */
  public boolean has(Predicate<Record> condition) {
    try (CloseableIterable<Record> rows = rows()) {
      for (Record row : rows) {
        if (condition.test(row)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the day anew, for a commit that puts it in place of what is there.
   *
   * @param kept the rows that the table has and that stay; they are passed on one by one
   * @param rows the rows that come to them, in columns of the table's names
   */
  public StagedFiles write(Predicate<Record> kept, List<Row> rows, StructType schema) {
    OutputFile output = output();
    try {
      return written(writer(output), kept, rows, schema);
    } catch (RuntimeException e) {
      discard(output, e);
      throw e;
    }
  }

  private StagedFiles written(
      DataWriter<Record> writer, Predicate<Record> kept, List<Row> rows, StructType schema) {
    try (writer;
        CloseableIterable<Record> there = rows()) {
      for (Record row : there) {
        if (kept.test(row)) {
          writer.write(row);
        }
      }
      for (Row row : rows) {
        writer.write(record(row, schema));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    DataFile file = writer.toDataFile();
    StagedFiles staged = new StagedFiles(table, Set.of(file));
    if (file.recordCount() == 0) {
      staged.discard();
      return StagedFiles.none(table);
    }
    return staged;
  }

  private CloseableIterable<Record> rows() {
    return CloseableIterable.filter(
        IcebergGenerics.read(table)
            .where(Expressions.equal(SystemColumns.DT, day.toString()))
            .build(),
        row -> day.equals(row.getField(SystemColumns.DT)));
  }

  /** No commit will name the file; most storages have none at all until it is whole. */
  private void discard(OutputFile output, RuntimeException failure) {
    try {
      table.io().deleteFile(output);
    } catch (NotFoundException none) {
      // The writer failed before the storage had it.
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private OutputFile output() {
    return table
        .io()
        .newOutputFile(
            table
                .locationProvider()
                .newDataLocation(table.spec(), partition(), UUID.randomUUID() + ".parquet"));
  }

  private PartitionKey partition() {
    Record ofTheDay = GenericRecord.create(table.schema());
    ofTheDay.setField(SystemColumns.DT, day);
    PartitionKey partition = new PartitionKey(table.spec(), table.schema());
    partition.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(ofTheDay));
    return partition;
  }

  private DataWriter<Record> writer(OutputFile output) {
    try {
      return Parquet.writeData(output)
          .forTable(table)
          .withPartition(partition())
          .createWriterFunc(GenericParquetWriter::create)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Record record(Row row, StructType schema) {
    Record record = GenericRecord.create(table.schema());
    for (int i = 0; i < schema.size(); i++) {
      NestedField column = table.schema().findField(schema.apply(i).name());
      record.setField(column.name(), value(row.get(i), column.type().typeId()));
    }
    return record;
  }

  /** As Iceberg's writers take it; a table may have been given a wider column. */
  private static Object value(Object value, TypeID type) {
    if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    return value instanceof Integer number && type == TypeID.LONG
        ? (Object) number.longValue()
        : value;
  }
}
