package io.tidemark.compaction.idle;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;

/** When a table was written, from its metadata. */
final class WriteHistory {
  private static final List<String> CHANGES =
      List.of(
          SnapshotSummary.ADDED_FILES_PROP,
          SnapshotSummary.DELETED_FILES_PROP,
          SnapshotSummary.ADDED_DELETE_FILES_PROP,
          SnapshotSummary.REMOVED_DELETE_FILES_PROP);

  private final Table table;

  WriteHistory(Table table) {
    this.table = table;
  }

  /**
   * The newest commit on any branch that changed rows. Rewrites change none, nor do seals and other
   * records of ours. Where all such commits are expired, it was before the oldest that is left.
   */
  Optional<Instant> lastWrite() {
    Optional<Instant> newest =
        snapshots()
            .filter(WriteHistory::changesRows)
            .map(WriteHistory::time)
            .max(Comparator.naturalOrder());
    if (newest.isPresent()) {
      return newest;
    }
    // Its parent is gone, and somebody may have written before.
    return snapshots()
        .filter(snapshot -> snapshot.parentId() != null)
        .filter(snapshot -> table.snapshot(snapshot.parentId()) == null)
        .map(WriteHistory::time)
        .min(Comparator.naturalOrder());
  }

  /** When it was there already, at the latest. */
  Instant since() {
    TableMetadata metadata = ((HasTableOperations) table).operations().current();
    Stream<Instant> times =
        Stream.concat(
            Stream.of(Instant.ofEpochMilli(metadata.lastUpdatedMillis())),
            metadata.previousFiles().stream()
                .map(file -> Instant.ofEpochMilli(file.timestampMillis())));
    return Stream.concat(times, snapshots().map(WriteHistory::time))
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private Stream<Snapshot> snapshots() {
    return StreamSupport.stream(table.snapshots().spliterator(), false);
  }

  static Instant time(Snapshot snapshot) {
    return Instant.ofEpochMilli(snapshot.timestampMillis());
  }

  private static boolean changesRows(Snapshot snapshot) {
    return !DataOperations.REPLACE.equals(snapshot.operation())
        && CHANGES.stream().anyMatch(change -> count(snapshot, change) > 0);
  }

  private static long count(Snapshot snapshot, String property) {
    return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
  }
}
