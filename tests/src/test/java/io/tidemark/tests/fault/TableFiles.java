package io.tidemark.tests.fault;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;

/** Files of a table, as its metadata and its folder have them. */
final class TableFiles {
  private static final String NAMED =
      """
      SELECT file_path FROM %1$s.all_files UNION SELECT path FROM %1$s.all_manifests
      UNION SELECT manifest_list FROM %1$s.snapshots UNION SELECT file FROM %1$s.metadata_log_entries
      """;

  private TableFiles() {}

  /** How many data files {@code main} has in each partition, by its path. */
  static Map<String, Long> byPartition(Table table) {
    Map<String, Long> counts = new TreeMap<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> counts.merge(path(table, task.file()), 1L, Long::sum));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counts;
  }

  /**
   * How many data files appends to {@code main} have added to each partition since a snapshot.
   *
   * @param since {@code null} for all that are left
   */
  static Map<String, Long> appendedSince(Table table, Snapshot since) {
    Map<String, Long> counts = new TreeMap<>();
    if (table.currentSnapshot() == null) {
      return counts;
    }
    for (Snapshot snapshot :
        SnapshotUtil.ancestorsBetween(
            table.currentSnapshot().snapshotId(),
            since == null ? null : since.snapshotId(),
            table::snapshot)) {
      if (snapshot.operation().equals(DataOperations.APPEND)) {
        SnapshotChanges.builderFor(table)
            .snapshot(snapshot)
            .build()
            .addedDataFiles()
            .forEach(file -> counts.merge(path(table, file), 1L, Long::sum));
      }
    }
    return counts;
  }

  private static String path(Table table, DataFile file) {
    return table.specs().get(file.specId()).partitionToPath(file.partition());
  }

  /** Files in the table's folder that no metadata of it names: data, deletes and metadata. */
  static List<Path> unnamed(LocalLakehouse house, TableName name) {
    Set<Path> named =
        house
            .lake()
            .spark()
            .sql(NAMED.formatted(house.lake().identifier(name)))
            .collectAsList()
            .stream()
            .map(row -> local(row.getString(0)))
            .collect(Collectors.toSet());
    try (Stream<Path> all = Files.walk(local(house.lake().load(name).location()))) {
      return all.filter(Files::isRegularFile)
          // Hadoop's file system puts checksums beside files.
          .filter(file -> !file.getFileName().toString().endsWith(".crc"))
          .filter(file -> !named.contains(file))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path local(String location) {
    return Path.of(URI.create(location).getPath());
  }
}
