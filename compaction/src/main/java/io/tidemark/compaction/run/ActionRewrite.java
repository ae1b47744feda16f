package io.tidemark.compaction.run;

import io.tidemark.compaction.plan.Group;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.spec.CompactionPolicy;
import org.apache.iceberg.actions.BinPackRewriteFilePlanner;
import org.apache.iceberg.actions.RewriteDataFiles;
import org.apache.iceberg.actions.SizeBasedFileRewritePlanner;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.spark.actions.RewriteDataFilesSparkAction;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.SparkSession;

/**
 * Rewrites files of a settled partition by Iceberg's own action: put together, sorted by the
 * table's order, or by several columns at once. Each group is a call of the action, which plans
 * anew: its partial progress would keep what a failed group failed of to itself.
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
  public boolean rewrite(Group group, String token) {
    long target = policy.targetFileSize();
    RewriteDataFilesSparkAction action =
        ordered(SparkActions.get(spark).rewriteDataFiles(table))
            .filter(partition)
            .snapshotProperty(PROPERTY, token)
            .option(RewriteDataFiles.TARGET_FILE_SIZE_BYTES, text(target))
            .option(
                SizeBasedFileRewritePlanner.MIN_FILE_SIZE_BYTES,
                text(Math.min(policy.smallBytes(), target - 1)))
            .option(SizeBasedFileRewritePlanner.MIN_INPUT_FILES, "2")
            .option(
                RewriteDataFiles.MAX_FILE_GROUP_SIZE_BYTES, text(Math.max(1, group.bytes() + 1)));
    if (rewrite.groupsNeeded() > 1) {
      action.option(BinPackRewriteFilePlanner.MAX_FILES_TO_REWRITE, text(group.files()));
    }
    if (rewrite.scope() == Scope.ALL_FILES) {
      // A file that is large enough and has all its rows is as it should be, unless it is unsorted.
      action.option(BinPackRewriteFilePlanner.DELETE_FILE_THRESHOLD, "1");
      action.option(SizeBasedFileRewritePlanner.REWRITE_ALL, Boolean.toString(sorts()));
    }
    return !action.execute().rewriteResults().isEmpty();
  }

  private RewriteDataFilesSparkAction ordered(RewriteDataFilesSparkAction action) {
    if (!policy.zOrder().isEmpty()) {
      return action.zOrder(policy.zOrder().toArray(String[]::new));
    }
    return table.sortOrder().isSorted() ? action.sort() : action.binPack();
  }

  private boolean sorts() {
    return rewrite.reasons().stream().anyMatch(reason -> reason.kind() == Reason.Kind.OVERLAP);
  }

  private static String text(long number) {
    return Long.toString(number);
  }
}
