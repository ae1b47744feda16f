package io.tidemark.catalog.cut;

import io.tidemark.catalog.table.PartitionTerm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;

/** Whether a table got rows of a day, or others for them, from its metadata alone. */
final class AppendedDays {
  private AppendedDays() {}

  /**
   * Whether rows of a day were appended behind a snapshot, or replaced by a commit that says so;
   * also true where the history from there is not left, so that nothing is missed.
   */
  static boolean holds(Table table, long from, LocalDate day) {
    Snapshot head = table.currentSnapshot();
    if (head.snapshotId() == from) {
      return false;
    }
    if (!SnapshotUtil.isAncestorOf(table, head.snapshotId(), from)) {
      return true;
    }
    for (Snapshot snapshot :
        SnapshotUtil.ancestorsBetween(head.snapshotId(), from, table::snapshot)) {
      String replaced = snapshot.summary().getOrDefault(Seals.REPLACED_DAYS, "");
      if (DayRanges.parse(replaced).contains(day)) {
        return true;
      }
    }
    try (CloseableIterable<FileScanTask> files =
        table
            .newIncrementalAppendScan()
            .fromSnapshotExclusive(from)
            .toSnapshot(head.snapshotId())
            .filter(Expressions.equal(PartitionTerm.DT.column(), day.toString()))
            .planFiles()) {
      return files.iterator().hasNext();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of " + table.name(), e);
    }
  }
}
