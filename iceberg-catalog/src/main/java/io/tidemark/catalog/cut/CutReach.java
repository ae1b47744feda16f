package io.tidemark.catalog.cut;

import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * How far a table must have come to hold everything up to a cut. Micro-batches know nothing of
 * seals: one may hold rows from before the cut and from behind it, so it is not the last commit
 * before the cut that is looked for but the first one that misses nothing.
 */
public final class CutReach {
  private final Map<String, Table> roots;
  private final Map<String, Snapshot> lastRows = new TreeMap<>();

  /**
   * Looks at each root once.
   *
   * @param roots ODS tables by name
   * @param cut ODS table to the snapshot it is cut at; a root without one has no row yet
   */
  public CutReach(Map<String, Table> roots, Map<String, Long> cut) {
    this.roots = Map.copyOf(roots);
    roots.forEach(
        (name, ods) -> {
          Long end = cut.get(name);
          if (end != null) {
            InputRange.lastRowsUpTo(ods, end).ifPresent(rows -> lastRows.put(name, rows));
          }
        });
  }

  /**
   * The oldest snapshot of {@code main} that holds every row up to the cut, and perhaps some from
   * behind it; the head where none does; nothing where there is no snapshot.
   *
   * @param job the job that writes the table
   */
  public Optional<Long> oldestHolding(Table output, String job) {
    Snapshot head = output.currentSnapshot();
    if (head == null) {
      return Optional.empty();
    }
    long oldest = head.snapshotId();
    for (Snapshot snapshot : SnapshotUtil.ancestorsOf(oldest, output::snapshot)) {
      if (!holdsAll(TableState.asOf(output, snapshot.snapshotId()).marker(job))) {
        break;
      }
      oldest = snapshot.snapshotId();
    }
    return Optional.of(oldest);
  }

  private boolean holdsAll(Optional<Marker> marker) {
    Map<String, Long> read = marker.map(Marker::roots).orElse(Map.of());
    return lastRows.entrySet().stream()
        .allMatch(last -> isReached(roots.get(last.getKey()), read, last));
  }

  /** An expired snapshot was read long ago: it does not count as being behind the cut. */
  private static boolean isReached(
      Table ods, Map<String, Long> read, Map.Entry<String, Snapshot> last) {
    Long reached = read.get(last.getKey());
    Snapshot snapshot = reached == null ? null : ods.snapshot(reached);
    return snapshot != null && snapshot.sequenceNumber() >= last.getValue().sequenceNumber();
  }
}
