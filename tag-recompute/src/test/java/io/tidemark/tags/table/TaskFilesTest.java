package io.tidemark.tags.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class TaskFilesTest {
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.optional(1, "bucket", Types.IntegerType.get()));

  private final Watched io = new Watched();
  private final Table table = table();

  @Test
  void whatIsStillWrittenIsClosedBeforeItIsDeleted() {
    List<DataFile> finished = new ArrayList<>();
    try (TaskFiles files = new TaskFiles()) {
      TaskFiles.PartFile<Record> whole = files.begin(table);
      whole.add(row());
      assertThat(whole.finish(finished)).isEqualTo(finished.get(0).fileSizeInBytes()).isPositive();
      files.begin(table).add(row());
      files.begin(table);
      assertThat(io.open).hasSize(1);
    }

    assertThat(io.open).isEmpty();
    assertThat(io.written).hasSize(2);
    assertThat(io.deletedOpen).isEmpty();
    assertThat(io.written).noneMatch(io.files::fileExists);
  }

  @Test
  void whatIsHandedOnStays() {
    try (TaskFiles files = new TaskFiles()) {
      TaskFiles.PartFile<Record> file = files.begin(table);
      file.add(row());
      file.finish(new ArrayList<>());
      files.keep();
    }

    assertThat(io.written).hasSize(1).allMatch(io.files::fileExists);
  }

  private static Record row() {
    Record row = GenericRecord.create(SCHEMA);
    row.setField("bucket", 3);
    return row;
  }

  private Table table() {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dws"));
    Table real =
        catalog.createTable(
            TableIdentifier.of("dws", "reading_directory_td"),
            SCHEMA,
            PartitionSpec.builderFor(SCHEMA).identity("bucket").build(),
            // A row is a group of its own, and the file is open from the first one on.
            Map.of(
                TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
                "1",
                TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT,
                "1"));
    return new BaseTable(((BaseTable) real).operations(), real.name()) {
      @Override
      public FileIO io() {
        return io;
      }
    };
  }

  /** Files in memory that know which of them are being written. */
  private static final class Watched implements FileIO {
    private final InMemoryFileIO files = new InMemoryFileIO();
    private final Set<String> open = new HashSet<>();
    private final Set<String> written = new HashSet<>();
    private final Set<String> deletedOpen = new HashSet<>();

    @Override
    public InputFile newInputFile(String path) {
      return files.newInputFile(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
      return new Output(files.newOutputFile(path));
    }

    @Override
    public void deleteFile(String path) {
      if (open.contains(path)) {
        deletedOpen.add(path);
      }
      files.deleteFile(path);
    }

    private final class Output implements OutputFile {
      private final OutputFile file;

      Output(OutputFile file) {
        this.file = file;
      }

      @Override
      public PositionOutputStream create() {
        open.add(location());
        written.add(location());
        return new Stream(location(), file.create());
      }

      @Override
      public PositionOutputStream createOrOverwrite() {
        return create();
      }

      @Override
      public String location() {
        return file.location();
      }

      @Override
      public InputFile toInputFile() {
        return file.toInputFile();
      }
    }

    private final class Stream extends PositionOutputStream {
      private final String location;
      private final PositionOutputStream stream;

      Stream(String location, PositionOutputStream stream) {
        this.location = location;
        this.stream = stream;
      }

      @Override
      public long getPos() throws IOException {
        return stream.getPos();
      }

      @Override
      public void write(int value) throws IOException {
        stream.write(value);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        stream.write(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        stream.close();
        open.remove(location);
      }
    }
  }
}
