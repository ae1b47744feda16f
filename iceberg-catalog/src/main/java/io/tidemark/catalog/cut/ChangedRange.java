package io.tidemark.catalog.cut;

import java.time.LocalDate;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What became of a table between two of its snapshots, for whoever keeps a copy of what it shows:
 * rows were appended, and partitions were overwritten (a published day, one that was put back, rows
 * deleted by hand). Rewrites change no row and are passed.
 *
 * @param from snapshot read before, excluded; {@code null} for everything there is
 * @param to last snapshot read
 * @param version sequence number of {@code to}, which grows with every commit of the table
 * @param rows rows added in the range
 * @param overwritten the partitions that hold other rows than were appended
 */
public record ChangedRange(Long from, long to, long version, long rows, Overwritten overwritten) {
  /**
   * Partitions of a table.
   *
   * @param all whether it may be any, because a file does not say which it belongs to
   * @param values those it is known of: a {@link LocalDate}, or a number
   */
  public record Overwritten(boolean all, Set<Object> values) {
    /** None. */
    public static final Overwritten NOTHING = new Overwritten(false, Set.of());

    private static final Overwritten EVERYTHING = new Overwritten(true, Set.of());

    public Overwritten {
      values = Set.copyOf(values);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
      return !all && values.isEmpty();
    }

    private Overwritten and(Overwritten more) {
      if (all || more.all) {
        return EVERYTHING;
      }
      Set<Object> both = new HashSet<>(values);
      both.addAll(more.values);
      return new Overwritten(false, both);
    }
  }

  /**
   * The next range behind {@code from}, or nothing when no row has changed since.
   *
   * @param table just refreshed
   * @param from the last snapshot read, or {@code null} before the first
   * @param maxRows a range ends once this many rows were added in it; it always holds a whole
   *     snapshot
   * @param partition column that the table is partitioned by first
   * @param remedy what to do where {@code from} is gone
   * @throws io.tidemark.catalog.commit.LostPositionException when {@code from} is no longer in the
   *     history of {@code main}
   */
  public static Optional<ChangedRange> after(
      Table table, Long from, long maxRows, String partition, String remedy) {
    Deque<Snapshot> unread = UnreadSnapshots.behind(table, from, remedy);
    if (from == null && !unread.isEmpty() && unread.getFirst().parentId() != null) {
      // History was expired: its rows are found by reading the table as of its head, not by steps.
      return whole(table);
    }
    return range(table, from, unread, (rows, last) -> rows >= maxRows, partition);
  }

  /**
   * The range behind {@code from} that ends with a certain snapshot, or nothing where that is not
   * behind it: {@code main} was rolled back, or the table was written anew.
   *
   * @param table just refreshed
   * @param from a snapshot that was read before
   * @param to the last snapshot of the range
   * @param partition column that the table is partitioned by first
   * @param remedy what to do where {@code from} is gone
   * @throws io.tidemark.catalog.commit.LostPositionException when {@code from} is no longer in the
   *     history of {@code main}
   */
  public static Optional<ChangedRange> upTo(
      Table table, long from, long to, String partition, String remedy) {
    return range(
            table,
            from,
            UnreadSnapshots.behind(table, from, remedy),
            (rows, last) -> last.snapshotId() == to,
            partition)
        .filter(range -> range.to() == to);
  }

  /** Whether a range that has so many rows and ends so far is long enough. */
  private interface Enough {
    boolean is(long rows, Snapshot last);
  }

  private static Optional<ChangedRange> range(
      Table table, Long from, Deque<Snapshot> unread, Enough enough, String partition) {
    long rows = 0;
    Snapshot last = null;
    Overwritten overwritten = Overwritten.NOTHING;
    for (Snapshot snapshot : unread) {
      if (last != null && enough.is(rows, last)) {
        break;
      }
      if (changesRows(snapshot)) {
        rows += added(snapshot);
        last = snapshot;
      }
      if (overwrites(snapshot) && from != null) {
        overwritten = overwritten.and(partitions(table, snapshot, partition));
      }
    }
    if (last == null) {
      return Optional.empty();
    }
    return Optional.of(
        from == null
            ? whole(last, rows)
            : new ChangedRange(from, last.snapshotId(), last.sequenceNumber(), rows, overwritten));
  }

  /**
   * What a copy does not have yet.
   *
   * @param first the oldest snapshot of it
   * @param rows rows added since
   */
  public record Unread(Snapshot first, long rows) {}

  /**
   * What became of the table behind {@code from}, or nothing when no row has changed since.
   *
   * @param table just refreshed
   * @param from the last snapshot read, or {@code null} before the first
   * @param remedy what to do where {@code from} is gone
   * @throws io.tidemark.catalog.commit.LostPositionException when {@code from} is no longer in the
   *     history of {@code main}
   */
  public static Optional<Unread> unread(Table table, Long from, String remedy) {
    List<Snapshot> unread =
        UnreadSnapshots.behind(table, from, remedy).stream()
            .filter(ChangedRange::changesRows)
            .toList();
    return unread.stream()
        .findFirst()
        .map(first -> new Unread(first, unread.stream().mapToLong(ChangedRange::added).sum()));
  }

  /**
   * Everything there is, as of the head of {@code main}; nothing where nobody has committed.
   *
   * @param table just refreshed
   */
  public static Optional<ChangedRange> whole(Table table) {
    return Optional.ofNullable(table.currentSnapshot())
        .map(head -> whole(head, count(head, SnapshotSummary.TOTAL_RECORDS_PROP)));
  }

  private static ChangedRange whole(Snapshot upTo, long rows) {
    return new ChangedRange(
        null, upTo.snapshotId(), upTo.sequenceNumber(), rows, Overwritten.NOTHING);
  }

  private static boolean changesRows(Snapshot snapshot) {
    return overwrites(snapshot)
        || DataOperations.APPEND.equals(snapshot.operation()) && added(snapshot) > 0;
  }

  private static long added(Snapshot snapshot) {
    return count(snapshot, SnapshotSummary.ADDED_RECORDS_PROP);
  }

  private static boolean overwrites(Snapshot snapshot) {
    return DataOperations.OVERWRITE.equals(snapshot.operation())
        || DataOperations.DELETE.equals(snapshot.operation());
  }

  private static Overwritten partitions(Table table, Snapshot snapshot, String column) {
    SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(snapshot).build();
    Overwritten found = Overwritten.NOTHING;
    for (Iterable<? extends ContentFile<?>> files :
        List.<Iterable<? extends ContentFile<?>>>of(
            changes.addedDataFiles(),
            changes.removedDataFiles(),
            changes.addedDeleteFiles(),
            changes.removedDeleteFiles())) {
      for (ContentFile<?> file : files) {
        found = found.and(partition(table, file, column));
      }
    }
    return found;
  }

  private static Overwritten partition(Table table, ContentFile<?> file, String column) {
    NestedField source = table.schema().findField(column);
    PartitionSpec spec = table.specs().get(file.specId());
    List<PartitionField> fields = spec.fields();
    for (int i = 0; source != null && i < fields.size(); i++) {
      PartitionField field = fields.get(i);
      if (field.transform().isIdentity() && field.sourceId() == source.fieldId()) {
        Object value = file.partition().get(i, Object.class);
        return value == null
            ? Overwritten.EVERYTHING
            : new Overwritten(false, Set.of(value(source.type(), value)));
      }
    }
    return Overwritten.EVERYTHING;
  }

  private static Object value(Type type, Object value) {
    return type.typeId() == Type.TypeID.DATE ? LocalDate.ofEpochDay((Integer) value) : value;
  }

  private static long count(Snapshot snapshot, String property) {
    return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
  }
}
