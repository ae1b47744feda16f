package io.tidemark.compaction.run;

import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;

/**
 * What deletes by value allow where a table was partitioned in another way once: they hold for
 * files of their own partitioning and partition alone, or for all files where they have no
 * partition.
 */
final class DeletesByValue {
  private DeletesByValue() {}

  /**
   * Whether the table may have some that hold for all of its files. Iceberg's rule for those that
   * nothing is left of compares them with files without a partition alone, and would drop them.
   */
  static boolean mayBeOfAnyPartition(Table table) {
    return table.specs().size() > 1
        && table.specs().values().stream().anyMatch(PartitionSpec::isUnpartitioned);
  }

  /**
   * Whether files would move to another partitioning while such deletes are written to theirs. One
   * that is committed before the rewrite is would not find their rows any more.
   */
  static boolean meetOlderFiles(Table table, PartitionFiles files) {
    return files.smallestFirst().stream()
        .filter(task -> task.spec().specId() != table.spec().specId())
        .flatMap(task -> task.deletes().stream())
        .anyMatch(DeletesByValue::is);
  }

  private static boolean is(DeleteFile delete) {
    return delete.content() == FileContent.EQUALITY_DELETES;
  }
}
