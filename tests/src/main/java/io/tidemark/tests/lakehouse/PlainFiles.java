package io.tidemark.tests.lakehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * Files of a table that are written by Iceberg alone, a few milliseconds each where a job of Spark
 * takes a tenth of a second; and deletes of a kind that Spark never writes. Nobody commits them.
 */
public final class PlainFiles {
  private final Table table;
  private final GenericFileWriterFactory writers;
  private final OutputFileFactory places;

  /**
   * Files of a table.
   *
   * @param equality columns that equality deletes name
   */
  public PlainFiles(Table table, String... equality) {
    this.table = table;
    this.writers =
        new GenericFileWriterFactory.Builder(table)
            .dataFileFormat(FileFormat.PARQUET)
            .deleteFileFormat(FileFormat.PARQUET)
            .dataSchema(table.schema())
            .equalityDeleteRowSchema(table.schema().select(equality))
            .equalityFieldIds(
                List.of(equality).stream()
                    .mapToInt(column -> table.schema().findField(column).fieldId())
                    .toArray())
            .build();
    this.places = OutputFileFactory.builderFor(table, 0, 0).format(FileFormat.PARQUET).build();
  }

  /**
   * A data file.
   *
   * @param path its partition, as {@code dt=2026-01-31}
   */
  public DataFile data(String path, Iterable<Record> rows) {
    StructLike partition = DataFiles.data(table.spec(), path);
    DataWriter<Record> writer =
        writers.newDataWriter(
            places.newOutputFile(table.spec(), partition), table.spec(), partition);
    try (writer) {
      rows.forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  /**
   * A file that deletes rows by where they are.
   *
   * @param path its partition
   * @param positions by data file, and in each from the first on: as the format wants it
   */
  public DeleteFile positionDeletes(String path, List<Position> positions) {
    StructLike partition = DataFiles.data(table.spec(), path);
    PositionDeleteWriter<Record> writer =
        writers.newPositionDeleteWriter(
            places.newOutputFile(table.spec(), partition), table.spec(), partition);
    PositionDelete<Record> delete = PositionDelete.create();
    try (writer) {
      positions.forEach(each -> writer.write(delete.set(each.file(), each.row())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }

  /** Where a row is: its data file, and which of the file's rows it is, from 0. */
  public record Position(String file, long row) {}

  /**
   * A file that deletes the rows of older files that are equal to one of these.
   *
   * @param path its partition
   * @param keys records of the columns that equality deletes name
   */
  public DeleteFile equalityDeletes(String path, Iterable<Record> keys) {
    StructLike partition = DataFiles.data(table.spec(), path);
    EqualityDeleteWriter<Record> writer =
        writers.newEqualityDeleteWriter(
            places.newOutputFile(table.spec(), partition), table.spec(), partition);
    try (writer) {
      keys.forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }
}
