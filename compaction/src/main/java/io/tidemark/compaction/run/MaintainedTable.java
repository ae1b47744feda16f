package io.tidemark.compaction.run;

import io.tidemark.catalog.commit.Commits;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Table;

/**
 * A table as Iceberg's actions get it: whatever they commit carries the markers of the moment it is
 * committed. They commit by themselves, and know only fixed properties; a stream would find the
 * markers of when a rewrite was planned, and write its rows again.
 */
final class MaintainedTable extends BaseTable {
  private static final long serialVersionUID = 1L;

  private final transient Runnable beforeCommit;

  /**
   * A table to be maintained.
   *
   * @param table just loaded
   * @param beforeCommit called when the files of a rewrite are written and no commit names them
   */
  MaintainedTable(Table table, Runnable beforeCommit) {
    super(((HasTableOperations) table).operations(), table.name());
    this.beforeCommit = beforeCommit;
  }

  @Override
  public RewriteFiles newRewrite() {
    beforeCommit.run();
    return Commits.carryState(super.newRewrite());
  }
}
