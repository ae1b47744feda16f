package io.tidemark.compaction.run;

import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.spark.ScanTaskSetManager;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.iceberg.spark.SparkTableCache;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.DeleteFileSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Rewrites files that are chosen here, the smallest first: Iceberg's action takes files by their
 * partition and size alone, and puts rows together as they are. Commits the same way as it does.
 */
final class StagedRewrite implements GroupRewrite {
  private static final String INPUT = "compacted";

  private final SparkSession spark;
  private final MaintainedTable table;
  private final Rewrite rewrite;
  private final Optional<String> fold;
  private final CompactionPolicy policy;

  /**
   * A rewrite of some files.
   *
   * @param spark a session whose views are its own
   * @param table refreshed before each group
   * @param rewrite which partition's files they are
   * @param fold SQL over the view {@link #INPUT} that gives fewer rows with the same meaning;
   *     nothing where rows stay as they are
   */
  StagedRewrite(
      SparkSession spark,
      MaintainedTable table,
      Rewrite rewrite,
      Optional<String> fold,
      CompactionPolicy policy) {
    this.spark = spark;
    this.table = table;
    this.rewrite = rewrite;
    this.fold = fold;
    this.policy = policy;
  }

  /** The name under which a fold finds the rows. */
  static String input() {
    return INPUT;
  }

  @Override
  public boolean rewrite(List<FileScanTask> chosen, String token) {
    table.prepare();
    // As they are by now: what was deleted of them since they were chosen would fail the commit.
    Snapshot from = table.currentSnapshot();
    List<FileScanTask> files =
        PartitionFiles.of(table, rewrite.partition(), rewrite.day())
            .at(GroupFiles.locations(chosen));
    if (files.isEmpty()) {
      return false;
    }
    String set = UUID.randomUUID().toString();
    StagedFiles staged;
    try {
      SparkTableCache.get().add(set, table);
      ScanTaskSetManager.get().stageTasks(table, set, files);
      staged = StagedFiles.write(table, rows(set, files), policy.targetFileSize());
    } finally {
      SparkTableCache.get().remove(set);
      ScanTaskSetManager.get().removeTasks(table, set);
    }
    commit(from, files, staged, token);
    return true;
  }

  private Dataset<Row> rows(String set, List<FileScanTask> files) {
    long bytes = files.stream().mapToLong(FileScanTask::length).sum();
    long target = policy.targetFileSize();
    Dataset<Row> rows =
        spark
            .read()
            .format("iceberg")
            .option(SparkReadOptions.SPLIT_SIZE, Long.toString(target))
            .option(SparkReadOptions.FILE_OPEN_COST, "0")
            .load(set);
    if (fold.isPresent()) {
      rows.createOrReplaceTempView(INPUT);
    }
    // A task writes a file; the rest of a file that is a quarter of a good one is none of its own.
    int written = (int) Math.max(1, (bytes + target / 4) / target);
    return fold.map(spark::sql).orElse(rows).coalesce(written);
  }

  private void commit(Snapshot from, List<FileScanTask> files, StagedFiles staged, String token) {
    RewriteFiles replacement;
    try {
      replacement = replacement(from, files, staged).set(PROPERTY, token);
    } catch (RuntimeException e) {
      staged.discard();
      throw e;
    }
    try {
      replacement.commit();
    } catch (RuntimeException e) {
      // Of an unknown outcome the files may be the table's.
      if (e instanceof CleanableFailure) {
        staged.discard();
      }
      throw e;
    }
  }

  private RewriteFiles replacement(Snapshot from, List<FileScanTask> files, StagedFiles staged) {
    RewriteFiles replacement =
        table
            .newRewrite()
            .validateFromSnapshot(from.snapshotId())
            // As old as what they were made of: whoever deletes by value later deletes them, too.
            .dataSequenceNumber(from.sequenceNumber());
    DeleteFileSet vectors = DeleteFileSet.create();
    for (FileScanTask task : files) {
      replacement.deleteFile(task.file());
      for (DeleteFile delete : task.deletes()) {
        if (ContentFileUtil.isDV(delete)) {
          vectors.add(delete);
        }
      }
    }
    vectors.forEach(replacement::deleteFile);
    staged.files().forEach(replacement::addFile);
    return replacement;
  }
}
