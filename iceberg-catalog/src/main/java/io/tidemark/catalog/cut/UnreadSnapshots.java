package io.tidemark.catalog.cut;

import io.tidemark.catalog.commit.LostPositionException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/** The snapshots of {@code main} that a reader has not seen. */
final class UnreadSnapshots {
  private UnreadSnapshots() {}

  /**
   * Snapshots behind {@code from}, oldest first.
   *
   * @param from {@code null} for all that are left
   * @param remedy what to do where {@code from} is gone
   * @throws LostPositionException when {@code from} is no longer in the history of {@code main}
   */
  static Deque<Snapshot> behind(Table table, Long from, String remedy) {
    Deque<Snapshot> oldestFirst = new ArrayDeque<>();
    Snapshot head = table.currentSnapshot();
    if (head == null) {
      return oldestFirst;
    }
    for (Snapshot snapshot : SnapshotUtil.ancestorsOf(head.snapshotId(), table::snapshot)) {
      if (from != null && snapshot.snapshotId() == from) {
        return oldestFirst;
      }
      oldestFirst.addFirst(snapshot);
    }
    if (from != null) {
      throw new LostPositionException(
          "snapshot "
              + from
              + " of table "
              + table.name()
              + ", up to which it had been read, is no longer in its history: snapshots were expired,"
              + " main was rolled back, or the table was dropped and written anew. "
              + remedy);
    }
    return oldestFirst;
  }
}
