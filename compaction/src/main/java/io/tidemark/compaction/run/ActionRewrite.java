package io.tidemark.compaction.run;

import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.actions.RewriteDataFiles;
import org.apache.iceberg.actions.SizeBasedFileRewritePlanner;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.spark.actions.RewriteDataFilesSparkAction;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.SparkSession;

/**
 * Rewrites files of a settled partition by Iceberg's own action: put together, sorted by the
 * table's order, or by several columns at once. Each group is a call of the action, to which the
 * table shows the group's files alone: its own choice would take what the group before has written,
 * and large files with the small ones.
 */
final class ActionRewrite implements GroupRewrite {
  private final SparkSession spark;
  private final MaintainedTable table;
  private final Expression partition;
  private final Rewrite rewrite;
  private final CompactionPolicy policy;

  ActionRewrite(
      SparkSession spark,
      MaintainedTable table,
      Expression partition,
      Rewrite rewrite,
      CompactionPolicy policy) {
    this.spark = spark;
    this.table = table;
    this.partition = partition;
    this.rewrite = rewrite;
    this.policy = policy;
  }

  @Override
  public boolean rewrite(List<FileScanTask> files, String token) {
    table.prepare();
    table.show(GroupFiles.locations(files));
    long target = rewrite.cold() ? policy.cold().targetFileSize() : policy.targetFileSize();
    return !ordered(SparkActions.get(spark).rewriteDataFiles(table))
        .filter(partition)
        .snapshotProperty(PROPERTY, token)
        .option(RewriteDataFiles.TARGET_FILE_SIZE_BYTES, Long.toString(target))
        .option(SizeBasedFileRewritePlanner.REWRITE_ALL, "true")
        .option(RewriteDataFiles.MAX_FILE_GROUP_SIZE_BYTES, Long.toString(Long.MAX_VALUE))
        .execute()
        .rewriteResults()
        .isEmpty();
  }

  private RewriteDataFilesSparkAction ordered(RewriteDataFilesSparkAction action) {
    if (!policy.zOrder().isEmpty()) {
      return action.zOrder(policy.zOrder().toArray(String[]::new));
    }
    return table.sortOrder().isSorted() ? action.sort() : action.binPack();
  }
}
