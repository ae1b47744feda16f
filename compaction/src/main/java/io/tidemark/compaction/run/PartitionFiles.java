package io.tidemark.compaction.run;

import io.tidemark.catalog.table.PartitionTerm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.UnboundTerm;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * The data files of one partition, with the deletes that are to be applied to each.
 *
 * @param smallestFirst the files, none when the partition is gone
 */
record PartitionFiles(List<FileScanTask> smallestFirst) {
  /**
   * Looks them up in the newest snapshot of a table that has one.
   *
   * @param path as {@code dt=2026-01-31/bucket=3}; empty for files without a partition
   * @param day its business day, by which manifests are left out; {@code null} where it has none
   */
  static PartitionFiles of(Table table, String path, LocalDate day) {
    Expression ofDay =
        day == null
            ? Expressions.alwaysTrue()
            : Expressions.equal(PartitionTerm.DT.column(), (int) day.toEpochDay());
    List<FileScanTask> found = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().filter(ofDay).ignoreResiduals().planFiles()) {
      for (FileScanTask task : tasks) {
        if (task.spec().partitionToPath(task.partition()).equals(path)) {
          found.add(task);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the files of " + table.name(), e);
    }
    found.sort(
        Comparator.comparingLong(FileScanTask::length)
            .thenComparing(task -> task.file().location()));
    return new PartitionFiles(List.copyOf(found));
  }

  /** Where the delete files of a table's newest snapshot are, of all partitions. */
  static Set<String> deletesOf(Table table) {
    Set<String> found = new HashSet<>();
    forEachDelete(table, delete -> found.add(delete.location()));
    return found;
  }

  private static void forEachDelete(Table table, Consumer<DeleteFile> action) {
    FileIO io = table.io();
    for (ManifestFile manifest : table.currentSnapshot().deleteManifests(io)) {
      try (ManifestReader<DeleteFile> deletes =
          ManifestFiles.readDeleteManifest(manifest, io, table.specs())) {
        deletes.forEach(action);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close " + manifest.path(), e);
      }
    }
  }

  /**
   * Delete files of the partition that none of its data files needs: a rewrite that was interrupted
   * before it dropped them leaves them, and so do those of other tools. Deletion vectors are none
   * of them.
   *
   * @param table whose newest snapshot is still the one that these were looked up in
   * @param path the path of the partition
   */
  List<DeleteFile> unusedDeletes(Table table, String path) {
    Set<String> used = new HashSet<>();
    smallestFirst.forEach(task -> task.deletes().forEach(delete -> used.add(delete.location())));
    // Behind a change of partitions, what is deleted by value may be so in others, too.
    boolean ofOneSpec = table.specs().size() == 1;
    List<DeleteFile> unused = new ArrayList<>();
    forEachDelete(
        table,
        delete -> {
          boolean mayBe =
              delete.content() == FileContent.POSITION_DELETES
                  ? !ContentFileUtil.isDV(delete)
                  : ofOneSpec;
          if (mayBe
              && !used.contains(delete.location())
              && table
                  .specs()
                  .get(delete.specId())
                  .partitionToPath(delete.partition())
                  .equals(path)) {
            unused.add(delete.copyWithoutStats());
          }
        });
    return unused;
  }

  /** Those that are smaller than a size. */
  List<FileScanTask> below(long bytes) {
    return smallestFirst.stream().filter(task -> task.length() < bytes).toList();
  }

  /** All of them, by the commit that put them there. */
  List<FileScanTask> oldestFirst() {
    return smallestFirst.stream()
        .sorted(
            Comparator.comparing(
                task -> task.file().fileSequenceNumber(),
                Comparator.nullsFirst(Comparator.naturalOrder())))
        .toList();
  }

  /** Those of some locations, as far as they are there. */
  List<FileScanTask> at(Set<String> locations) {
    return smallestFirst.stream()
        .filter(task -> locations.contains(task.file().location()))
        .toList();
  }

  boolean isEmpty() {
    return smallestFirst.isEmpty();
  }

  /** Whether rows of them are deleted. */
  boolean hasDeletes() {
    return smallestFirst.stream().anyMatch(task -> !task.deletes().isEmpty());
  }

  /** Whether all of them are partitioned as the table is today. */
  boolean areOfSpec(PartitionSpec spec) {
    return smallestFirst.stream().allMatch(task -> task.spec().specId() == spec.specId());
  }

  /** What holds for the rows of the partition and of no other one. */
  Expression filter() {
    FileScanTask any = smallestFirst.get(0);
    StructLike values = any.partition();
    Expression all = Expressions.alwaysTrue();
    for (int i = 0; i < any.spec().fields().size(); i++) {
      PartitionField field = any.spec().fields().get(i);
      if (!field.transform().isVoid()) {
        all = Expressions.and(all, holds(any.spec(), field, values.get(i, Object.class)));
      }
    }
    return all;
  }

  private static Expression holds(PartitionSpec spec, PartitionField field, Object value) {
    String column = spec.schema().findColumnName(field.sourceId());
    UnboundTerm<Object> term =
        field.transform().isIdentity()
            ? Expressions.ref(column)
            : Expressions.transform(column, transform(field));
    return value == null ? Expressions.isNull(term) : Expressions.equal(term, value);
  }

  /** Its values are whatever the partition has in this place. */
  @SuppressWarnings("unchecked")
  private static Transform<?, Object> transform(PartitionField field) {
    return (Transform<?, Object>) field.transform();
  }
}
