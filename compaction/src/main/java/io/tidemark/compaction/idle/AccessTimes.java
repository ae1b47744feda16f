package io.tidemark.compaction.idle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * When files of a table were read last, as their storage has it. Iceberg records no reads. Rewrites
 * leave new files, so that their own reads are not seen.
 */
final class AccessTimes {
  /** Files that are asked for, the newest of the table. */
  static final int SAMPLE = 100;

  private final Configuration configuration;

  AccessTimes(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * The newest access to the table's newest files.
   *
   * @return nothing when none was read since it was written, or the storage keeps no access times:
   *     nobody can tell these apart
   */
  Optional<LastRead> of(Table table) {
    Snapshot head = table.currentSnapshot();
    if (head == null) {
      return Optional.empty();
    }
    List<String> files = newest(table, head);
    return files.stream()
        .flatMap(file -> read(file).stream())
        .max(Comparator.naturalOrder())
        .map(
            at ->
                new LastRead(
                    at,
                    String.format(
                        Locale.ROOT,
                        "access times of %d of %s data files",
                        files.size(),
                        head.summary()
                            .getOrDefault(SnapshotSummary.TOTAL_DATA_FILES_PROP, "its"))));
  }

  private static List<String> newest(Table table, Snapshot head) {
    record Added(long sequence, String file) {}
    PriorityQueue<Added> newest =
        new PriorityQueue<>(Comparator.comparingLong(Added::sequence).thenComparing(Added::file));
    List<ManifestFile> manifests =
        head.dataManifests(table.io()).stream()
            .sorted(Comparator.comparingLong(ManifestFile::sequenceNumber).reversed())
            .toList();
    for (ManifestFile manifest : manifests) {
      // No file of a manifest is newer than the manifest.
      if (newest.size() == SAMPLE && manifest.sequenceNumber() < newest.peek().sequence()) {
        break;
      }
      try (CloseableIterable<DataFile> files =
          ManifestFiles.read(manifest, table.io(), table.specs()).select(List.of("file_path"))) {
        for (DataFile file : files) {
          Long sequence = file.fileSequenceNumber();
          newest.add(new Added(sequence == null ? 0 : sequence, file.location()));
          if (newest.size() > SAMPLE) {
            newest.poll();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read manifest " + manifest.path(), e);
      }
    }
    return newest.stream().map(Added::file).toList();
  }

  /**
   * When somebody read a file that was written before; nothing when nobody did, or it is unknown.
   */
  private Optional<Instant> read(String file) {
    Path path = new Path(file);
    try {
      FileSystem storage = path.getFileSystem(configuration);
      FileStatus status = storage.getFileStatus(path);
      return status.getAccessTime() > status.getModificationTime()
          ? Optional.of(Instant.ofEpochMilli(status.getAccessTime()))
          : Optional.empty();
    } catch (IOException unknown) {
      // Gone meanwhile, or of a storage that Hadoop does not know.
      return Optional.empty();
    }
  }
}
