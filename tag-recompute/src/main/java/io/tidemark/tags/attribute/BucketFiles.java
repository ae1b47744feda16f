package io.tidemark.tags.attribute;

import io.tidemark.tags.history.Piece;
import io.tidemark.tags.table.FilePartition;
import io.tidemark.tags.table.PlainFile;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The data files of a table of a history by bucket, in one snapshot: planned by the driver, read by
 * the task that has the bucket, through Parquet's plain reader.
 */
final class BucketFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * A data file of one bucket.
   *
   * @param level kind of the piece; {@code null} in a table without pieces
   * @param firstDay first day of the piece, in days since 1970-01-01; 0 in a table without pieces
   */
  record BucketFile(String location, long bytes, Piece.Level level, int firstDay)
      implements Serializable {}

  private final Table table;
  private final String name;
  private final TreeMap<Integer, List<BucketFile>> byBucket;

  private BucketFiles(Table table, String name, TreeMap<Integer, List<BucketFile>> byBucket) {
    this.table = table;
    this.name = name;
    this.byBucket = byBucket;
  }

  /**
   * Finds the files of a snapshot.
   *
   * @param name what messages call the table
   * @param snapshot nothing for none, which has no file
   */
  static BucketFiles plan(Table table, String name, Optional<Long> snapshot) {
    TreeMap<Integer, List<BucketFile>> byBucket = new TreeMap<>();
    if (snapshot.isPresent()) {
      plan(table, name, snapshot.get(), byBucket);
    }
    return new BucketFiles(SerializableTable.copyOf(table), name, byBucket);
  }

  private static void plan(
      Table table, String name, long snapshot, Map<Integer, List<BucketFile>> byBucket) {
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().useSnapshot(snapshot).planFiles()) {
      for (FileScanTask task : tasks) {
        if (!task.deletes().isEmpty()) {
          throw new IllegalStateException(
              "rows of %s were deleted by hand, in file %s; make the history anew with ./tidemark tags build --rebuild"
                  .formatted(name, task.file().location()));
        }
        FilePartition partition = FilePartition.of(task.spec(), task.file());
        if (partition.bucket() < 0) {
          throw new IllegalStateException(
              "file %s of %s is not of one bucket; make the history anew with ./tidemark tags build --rebuild"
                  .formatted(task.file().location(), name));
        }
        byBucket
            .computeIfAbsent(partition.bucket(), none -> new ArrayList<>())
            .add(
                new BucketFile(
                    task.file().location(),
                    task.file().fileSizeInBytes(),
                    partition.level(),
                    partition.firstDay()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of " + name, e);
    }
  }

  /** What messages call the table. */
  String name() {
    return name;
  }

  /** The files of a bucket. */
  List<BucketFile> of(int bucket) {
    return byBucket.getOrDefault(bucket, List.of());
  }

  /** The files of all buckets. */
  List<BucketFile> all() {
    return byBucket.values().stream().flatMap(List::stream).toList();
  }

  /** Bytes of all files. */
  long bytes() {
    return byBucket.values().stream().flatMap(List::stream).mapToLong(BucketFile::bytes).sum();
  }

  /**
   * Reads columns of a file; a row is only good until the next one comes.
   *
   * @throws io.tidemark.tags.table.UnreadableFileException when the file is not there, or not as it
   *     was written
   */
  void read(BucketFile file, List<String> columns, PlainFile.Rows rows) {
    new PlainFile(file.location(), file.bytes()).read(table, name, columns, rows);
  }
}
