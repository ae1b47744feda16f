package io.tidemark.compaction.run;

import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What the commits of a rewrite did, as their summaries have it.
 *
 * @param filesRemoved data files taken out; of a rewrite of manifests, those
 * @param filesAdded data files, or manifests, put in their place
 * @param deleteFilesRemoved delete files taken out
 * @param bytesRemoved bytes of what was taken out
 * @param bytesAdded bytes of what was put in
 * @param rowsRemoved rows taken out, deleted ones among them
 * @param rowsAdded rows put in
 */
record CommitTotals(
    long filesRemoved,
    long filesAdded,
    long deleteFilesRemoved,
    long bytesRemoved,
    long bytesAdded,
    long rowsRemoved,
    long rowsAdded) {
  static final CommitTotals NONE = new CommitTotals(0, 0, 0, 0, 0, 0, 0);

  /** The commit of a group; nothing when it was not made. The table is refreshed. */
  static Optional<CommitTotals> of(Table table, String token) {
    table.refresh();
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (token.equals(snapshot.summary().get(GroupRewrite.PROPERTY))) {
        return Optional.of(of(snapshot));
      }
    }
    return Optional.empty();
  }

  private static CommitTotals of(Snapshot commit) {
    return new CommitTotals(
        count(commit, SnapshotSummary.DELETED_FILES_PROP)
            + ofManifests(commit, SnapshotSummary.REPLACED_MANIFESTS_COUNT),
        count(commit, SnapshotSummary.ADDED_FILES_PROP)
            + ofManifests(commit, SnapshotSummary.CREATED_MANIFESTS_COUNT),
        count(commit, SnapshotSummary.REMOVED_DELETE_FILES_PROP),
        count(commit, SnapshotSummary.REMOVED_FILE_SIZE_PROP),
        count(commit, SnapshotSummary.ADDED_FILE_SIZE_PROP),
        count(commit, SnapshotSummary.DELETED_RECORDS_PROP),
        count(commit, SnapshotSummary.ADDED_RECORDS_PROP));
  }

  private static long count(Snapshot commit, String property) {
    return Long.parseLong(commit.summary().getOrDefault(property, "0"));
  }

  /** Every commit counts manifests; they are what was wanted of one that took no file out. */
  private static long ofManifests(Snapshot commit, String property) {
    return count(commit, SnapshotSummary.DELETED_FILES_PROP) == 0 ? count(commit, property) : 0;
  }

  CommitTotals and(CommitTotals other) {
    return new CommitTotals(
        filesRemoved + other.filesRemoved,
        filesAdded + other.filesAdded,
        deleteFilesRemoved + other.deleteFilesRemoved,
        bytesRemoved + other.bytesRemoved,
        bytesAdded + other.bytesAdded,
        rowsRemoved + other.rowsRemoved,
        rowsAdded + other.rowsAdded);
  }
}
