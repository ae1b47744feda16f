package io.tidemark.compaction.health;

import io.tidemark.catalog.publish.PublishRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/** The commits that a snapshot was made by, as far as the table's metadata still names them. */
final class CommitLog {
  /** So many commits say how a table's writers are. */
  private static final int RECENT = 100;

  private static final int TREND_POINTS = 10;

  /** A commit; of several with one number, as in tables of format 1, the newest counts. */
  private record Commit(Instant at, boolean rewrite) {}

  private final NavigableMap<Long, Commit> bySequence = new TreeMap<>();
  private final List<Snapshot> recent = new ArrayList<>();

  CommitLog(Table table, Snapshot head) {
    for (Snapshot snapshot : SnapshotUtil.ancestorsOf(head.snapshotId(), table::snapshot)) {
      bySequence.putIfAbsent(
          snapshot.sequenceNumber(),
          new Commit(
              Instant.ofEpochMilli(snapshot.timestampMillis()),
              DataOperations.REPLACE.equals(snapshot.operation())));
      if (recent.size() < RECENT) {
        recent.add(snapshot);
      }
    }
  }

  /** Whether a file that came with this number was written, and not only moved by a rewrite. */
  boolean isWrite(long sequenceNumber) {
    Map.Entry<Long, Commit> commit = at(sequenceNumber);
    return commit.getKey() != sequenceNumber || !commit.getValue().rewrite();
  }

  /** When the commit with this number came; of one that is expired, the latest it can have been. */
  Instant timeOf(long sequenceNumber) {
    return at(sequenceNumber).getValue().at();
  }

  private Map.Entry<Long, Commit> at(long sequenceNumber) {
    Map.Entry<Long, Commit> next = bySequence.ceilingEntry(sequenceNumber);
    return next == null ? bySequence.lastEntry() : next;
  }

  /** Whether recent commits deleted rows or took files away, beside rewrites and publications. */
  boolean isDeleting() {
    return recent.stream()
        .filter(snapshot -> !DataOperations.REPLACE.equals(snapshot.operation()))
        .filter(snapshot -> !snapshot.summary().containsKey(PublishRecord.PROPERTY))
        .anyMatch(
            snapshot ->
                count(snapshot, SnapshotSummary.ADDED_DELETE_FILES_PROP) > 0
                    || count(snapshot, SnapshotSummary.DELETED_FILES_PROP) > 0);
  }

  /** Points of the recent past, evenly apart in commits and with both ends, oldest first. */
  List<TrendPoint> trend() {
    List<TrendPoint> points = new ArrayList<>();
    int most = Math.min(TREND_POINTS, recent.size());
    for (int i = 0; i < most; i++) {
      int place = most == 1 ? 0 : i * (recent.size() - 1) / (most - 1);
      Snapshot snapshot = recent.get(place);
      if (snapshot.summary().containsKey(SnapshotSummary.TOTAL_DATA_FILES_PROP)) {
        points.add(
            new TrendPoint(
                Instant.ofEpochMilli(snapshot.timestampMillis()),
                count(snapshot, SnapshotSummary.TOTAL_DATA_FILES_PROP),
                count(snapshot, SnapshotSummary.TOTAL_DELETE_FILES_PROP),
                count(snapshot, SnapshotSummary.TOTAL_FILE_SIZE_PROP)));
      }
    }
    Collections.reverse(points);
    return points;
  }

  private static long count(Snapshot snapshot, String property) {
    return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
  }
}
