package io.tidemark.catalog.cut;

import io.tidemark.catalog.commit.LostPositionException;
import java.util.Deque;
import java.util.Optional;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The appended rows of a table between two of its snapshots: what one micro-batch behind ODS reads.
 * Only whole snapshots are taken. Rewrites, deletes and overwrites hold no new row and are passed.
 *
 * @param from snapshot read before, excluded; {@code null} for everything there is
 * @param to last snapshot read
 * @param rows rows appended in the range
 */
public record InputRange(Long from, long to, long rows) {

  /**
   * The next range behind {@code from}, or nothing when no row was appended since.
   *
   * @param from the last snapshot read, or {@code null} before the first
   * @param maxRows a range ends once it holds this many rows; it always holds a whole snapshot
   * @throws LostPositionException when {@code from} is no longer in the history of {@code main}
   */
  public static Optional<InputRange> after(Table table, Long from, long maxRows) {
    Deque<Snapshot> unread = unread(table, from);
    if (from == null && !unread.isEmpty() && !canBeReadByItsAppends(unread)) {
      // Its rows are found by reading the table as of its head, not by steps.
      Snapshot head = unread.getLast();
      return Optional.of(
          new InputRange(null, head.snapshotId(), count(head, SnapshotSummary.TOTAL_RECORDS_PROP)));
    }
    long rows = 0;
    Snapshot last = null;
    for (Snapshot snapshot : unread) {
      if (last != null && rows >= maxRows) {
        break;
      }
      if (bearsData(snapshot)) {
        rows += addedRows(snapshot);
        last = snapshot;
      }
    }
    return last == null
        ? Optional.empty()
        : Optional.of(new InputRange(from, last.snapshotId(), rows));
  }

  /** Not where history was expired, or rows were replaced since, which steps would pass. */
  private static boolean canBeReadByItsAppends(Deque<Snapshot> unread) {
    return unread.getFirst().parentId() == null
        && unread.stream().noneMatch(each -> each.summary().containsKey(Seals.REPLACED_DAYS));
  }

  /**
   * The oldest snapshot behind {@code from} that appended rows; nothing when none did.
   *
   * @param from the last snapshot read, or {@code null} before the first
   * @throws LostPositionException when {@code from} is no longer in the history of {@code main}
   */
  public static Optional<Snapshot> firstUnread(Table table, Long from) {
    return unread(table, from).stream().filter(InputRange::bearsData).findFirst();
  }

  /** Rows appended behind {@code from} up to {@code to}, both snapshots of {@code main}. */
  public static long rowsBetween(Table table, Long from, long to) {
    if (from != null && (from == to || SnapshotUtil.isAncestorOf(table, from, to))) {
      return 0;
    }
    long rows = 0;
    for (Snapshot snapshot : SnapshotUtil.ancestorsBetween(to, from, table::snapshot)) {
      rows += bearsData(snapshot) ? addedRows(snapshot) : 0;
    }
    return rows;
  }

  /**
   * The newest snapshot up to {@code end} that appended rows, or nothing when none did. Where that
   * one was expired, it is the oldest one left.
   */
  static Optional<Snapshot> lastRowsUpTo(Table table, long end) {
    Snapshot oldest = null;
    for (Snapshot snapshot : SnapshotUtil.ancestorsOf(end, table::snapshot)) {
      if (bearsData(snapshot)) {
        return Optional.of(snapshot);
      }
      oldest = snapshot;
    }
    return Optional.ofNullable(oldest).filter(left -> left.parentId() != null);
  }

  private static Deque<Snapshot> unread(Table table, Long from) {
    return UnreadSnapshots.behind(
        table,
        from,
        "Drop the table that this job writes, its view, and the tables behind it; their jobs then"
            + " begin with the whole of their inputs");
  }

  private static boolean bearsData(Snapshot snapshot) {
    return DataOperations.APPEND.equals(snapshot.operation()) && addedRows(snapshot) > 0;
  }

  private static long addedRows(Snapshot snapshot) {
    return count(snapshot, SnapshotSummary.ADDED_RECORDS_PROP);
  }

  private static long count(Snapshot snapshot, String property) {
    return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
  }
}
