package io.tidemark.catalog.publish;

import io.tidemark.catalog.table.PartitionTerm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The data files that hold a business day in one snapshot. They are found in the manifests of the
 * day's partition; no row is read.
 *
 * @param files the files, with their column statistics
 * @param withDeletes how many of them have rows that a delete file takes out
 */
public record DayFiles(List<DataFile> files, int withDeletes) {
  public DayFiles {
    files = List.copyOf(files);
  }

  /** The rows of a day. */
  public static Expression of(LocalDate day) {
    return Expressions.equal(PartitionTerm.DT.column(), day.toString());
  }

  /**
   * The files of a day.
   *
   * @param snapshot a snapshot of any branch; {@code null} for none, which holds no file
   * @throws PublishRefusedException when a file may hold rows of other days, too
   */
  static DayFiles read(Table table, Long snapshot, LocalDate day) {
    List<DataFile> files = new ArrayList<>();
    int withDeletes = 0;
    if (snapshot != null) {
      try (CloseableIterable<FileScanTask> tasks =
          table.newScan().useSnapshot(snapshot).filter(of(day)).includeColumnStats().planFiles()) {
        for (FileScanTask task : tasks) {
          requireOfDay(table, task.spec());
          files.add(task.file());
          withDeletes += task.deletes().isEmpty() ? 0 : 1;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the manifests of " + table.name(), e);
      }
    }
    return new DayFiles(files, withDeletes);
  }

  /**
   * Whether two snapshots hold the same files of a day, with no row of them deleted.
   *
   * @throws PublishRefusedException when a file may hold rows of other days, too
   */
  public static boolean areSame(Table table, LocalDate day, long one, long other) {
    return read(table, one, day).sameAs(read(table, other, day));
  }

  private static void requireOfDay(Table table, PartitionSpec spec) {
    int dt = table.schema().findField(PartitionTerm.DT.column()).fieldId();
    if (!spec.identitySourceIds().contains(dt)) {
      throw new PublishRefusedException(
          "%s has files that are not partitioned by the business day, so a day cannot be replaced file by file; rewrite the table's files into partitions of dt"
              .formatted(table.name()));
    }
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  boolean hasDeletes() {
    return withDeletes > 0;
  }

  /** Rows in the files, those that are deleted counted too. */
  long rows() {
    return files.stream().mapToLong(DataFile::recordCount).sum();
  }

  /** Whether both are the same files, of which none has deleted rows. */
  boolean sameAs(DayFiles other) {
    return !hasDeletes() && !other.hasDeletes() && locations().equals(other.locations());
  }

  /** Whether all of the other's files are here. */
  boolean holdsAll(DayFiles other) {
    return locations().containsAll(other.locations());
  }

  private Set<String> locations() {
    return files.stream().map(ContentFile::location).collect(Collectors.toSet());
  }
}
