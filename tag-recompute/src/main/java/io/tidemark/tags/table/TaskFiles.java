package io.tidemark.tags.table;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.parquet.ParquetValueWriter;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data files that a task writes, and that no commit names yet. Those of a task that fails are
 * deleted as far as possible; not those of a process that ends, nor of a task that finishes and is
 * not heard, because another has made the same.
 */
public final class TaskFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskFiles.class);

  private final List<Begun> begun = new ArrayList<>();
  private boolean kept;

  /** Begins a file of a table. All of its rows are of one partition. */
  public PartFile<Record> begin(Table table) {
    return begin(table, GenericParquetWriter::create, row -> row);
  }

  /**
   * Begins a file of rows of some kind.
   *
   * @param writers how they are written
   * @param partition of a row, the columns that its partition follows from
   */
  public <T> PartFile<T> begin(
      Table table,
      BiFunction<Schema, MessageType, ParquetValueWriter<?>> writers,
      Function<T, Record> partition) {
    return new PartFile<>(table, writers, partition);
  }

  /** Says that the files are handed on. */
  public void keep() {
    kept = true;
  }

  @Override
  public void close() {
    if (kept) {
      return;
    }
    begun.forEach(Begun::discard);
  }

  /** A file, and its writer as long as that is open. */
  private static final class Begun {
    private final FileIO io;
    private final String location;
    private Closeable writer;

    Begun(FileIO io, String location) {
      this.io = io;
      this.location = location;
    }

    void discard() {
      // What is still written may be held open, or come to be there when it is closed.
      if (writer != null) {
        quietly(writer);
      }
      quietly(() -> io.deleteFile(location));
    }

    private void quietly(Closeable step) {
      try {
        step.close();
      } catch (IOException | RuntimeException e) {
        LOG.debug("{} is not there, or stays", location, e);
      }
    }
  }

  /** A file in the making, which is there when it has a row. */
  public final class PartFile<T> {
    private final Table table;
    private final BiFunction<Schema, MessageType, ParquetValueWriter<?>> writers;
    private final Function<T, Record> partition;
    private Begun file;
    private DataWriter<T> writer;

    private PartFile(
        Table table,
        BiFunction<Schema, MessageType, ParquetValueWriter<?>> writers,
        Function<T, Record> partition) {
      this.table = table;
      this.writers = writers;
      this.partition = partition;
    }

    /** Adds a row, which may be used for the next one. */
    public void add(T row) {
      if (writer == null) {
        begin(partition.apply(row));
      }
      writer.write(row);
    }

    private void begin(Record row) {
      PartitionKey key = new PartitionKey(table.spec(), table.schema());
      key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
      String name = UUID.randomUUID() + ".parquet";
      OutputFile output =
          table
              .io()
              .newOutputFile(table.locationProvider().newDataLocation(table.spec(), key, name));
      file = new Begun(table.io(), output.location());
      begun.add(file);
      try {
        writer =
            Parquet.writeData(output)
                .forTable(table)
                .withSpec(table.spec())
                .withPartition(key)
                .withSortOrder(table.sortOrder())
                .createWriterFunc(writers)
                .build();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + output.location(), e);
      }
      file.writer = writer;
    }

    /**
     * Ends it, and adds it to others where it has a row.
     *
     * @return its bytes
     */
    public long finish(Collection<DataFile> files) {
      if (writer == null) {
        return 0;
      }
      try {
        writer.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + file.location, e);
      }
      file.writer = null;
      DataFile written = writer.toDataFile();
      files.add(written);
      return written.fileSizeInBytes();
    }
  }
}
