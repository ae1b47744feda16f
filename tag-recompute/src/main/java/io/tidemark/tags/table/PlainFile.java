package io.tidemark.tags.table;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.parquet.Parquet;

/**
 * A data file as a task reads it.
 *
 * @param location where it is
 * @param bytes how long it is
 */
public record PlainFile(String location, long bytes) implements Serializable {
  /** A file of a table. */
  public static PlainFile of(DataFile file) {
    return new PlainFile(file.location(), file.fileSizeInBytes());
  }

  /** Takes the rows of a file one by one; a row is only good until the next one comes. */
  public interface Rows {
    /** The next row. */
    void take(Record row);
  }

  /**
   * Reads columns.
   *
   * @param table the table it is of
   * @param name what messages call the table
   * @param columns of the rows, in this order
   * @throws UnreadableFileException when it is not there, or not as it was written
   */
  public void read(Table table, String name, List<String> columns, Rows rows) {
    Schema schema =
        new Schema(columns.stream().map(column -> table.schema().findField(column)).toList());
    Parquet.ReadBuilder reader =
        Parquet.read(new PlainInput(table.io().newInputFile(location, bytes)))
            .project(schema)
            .reuseContainers()
            .createReaderFunc(written -> GenericParquetReaders.buildReader(schema, written));
    try (CloseableIterable<Record> records = guarded(name, reader::build)) {
      Iterator<Record> each = guarded(name, records::iterator);
      while (guarded(name, each::hasNext)) {
        rows.take(guarded(name, each::next));
      }
    } catch (IOException e) {
      throw new UnreadableFileException(name, location, e);
    }
  }

  /** What goes wrong in reading is the file's; what goes wrong with its rows is not. */
  private <T> T guarded(String name, Supplier<T> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      throw new UnreadableFileException(name, location, e);
    }
  }

  /**
   * A file, and nothing else: for one that shows Hadoop's configuration, Parquet's reader copies
   * all of that, which takes longer than to read a small file.
   */
  private record PlainInput(InputFile file) implements InputFile {
    @Override
    public long getLength() {
      return file.getLength();
    }

    @Override
    public SeekableInputStream newStream() {
      return new PlainStream(file.newStream());
    }

    @Override
    public String location() {
      return file.location();
    }

    @Override
    public boolean exists() {
      return file.exists();
    }
  }

  /**
   * A stream, and nothing else: of one that shows Hadoop's, Parquet's reader takes that and closes
   * it alone, so that the one around it counts as left open.
   */
  private static final class PlainStream extends SeekableInputStream {
    private final SeekableInputStream stream;

    PlainStream(SeekableInputStream stream) {
      this.stream = stream;
    }

    @Override
    public long getPos() throws IOException {
      return stream.getPos();
    }

    @Override
    public void seek(long position) throws IOException {
      stream.seek(position);
    }

    @Override
    public int read() throws IOException {
      return stream.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return stream.read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
