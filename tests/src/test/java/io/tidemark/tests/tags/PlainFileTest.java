package io.tidemark.tests.tags;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tags.table.PlainFile;
import io.tidemark.tags.table.TaskFiles;
import io.tidemark.tests.lakehouse.AnyZone;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.ByteBuffers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a file through Hadoop's streams, which close themselves when nobody holds them. */
@AnyZone
class PlainFileTest {
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "days", Types.BinaryType.get()));

  /** Larger than what a stream reads ahead. */
  private static final int BYTES = 1 << 18;

  @Test
  void aFileStaysOpenWhileItIsRead(@TempDir Path folder) {
    Table table =
        new HadoopTables(new Configuration())
            .create(
                SCHEMA,
                PartitionSpec.unpartitioned(),
                // A row is a group of its own, which is read when its row is asked for.
                Map.of(
                    TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
                    "1",
                    TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT,
                    "1"),
                folder.resolve("blocks").toUri().toString());
    List<byte[]> rows = IntStream.range(0, 4).mapToObj(PlainFileTest::bytes).toList();
    List<byte[]> read = new ArrayList<>();

    PlainFile.of(written(table, rows))
        .read(
            table,
            "blocks",
            List.of("days"),
            row -> {
              read.add(ByteBuffers.toByteArray((ByteBuffer) row.getField("days")).clone());
              System.gc();
              System.runFinalization();
            });

    assertThat(read).usingElementComparator(Arrays::compare).isEqualTo(rows);
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static DataFile written(Table table, List<byte[]> rows) {
    List<DataFile> files = new ArrayList<>();
    try (TaskFiles task = new TaskFiles()) {
      TaskFiles.PartFile<Record> file = task.begin(table);
      for (byte[] row : rows) {
        Record record = GenericRecord.create(SCHEMA);
        record.setField("days", ByteBuffer.wrap(row));
        file.add(record);
      }
      file.finish(files);
      task.keep();
    }
    return files.get(0);
  }
}
