package io.tidemark.compaction.run;

import io.tidemark.catalog.commit.Commits;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataTableScan;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ImmutableTableScanContext;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.TableScanContext;
import org.apache.iceberg.io.CloseableIterable;

/**
 * A table as Iceberg's actions get it: whatever they commit carries the markers of the moment it is
 * committed. They commit by themselves, and know only fixed properties; a stream would find the
 * markers of when a rewrite was planned, and write its rows again.
 */
class MaintainedTable extends BaseTable {
  private static final long serialVersionUID = 1L;

  private final transient Runnable beforeCommit;
  private transient Set<String> shown;

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

  /**
   * Shows scans these files alone: Iceberg's actions choose files by what holds for their rows, and
   * by size.
   */
  void show(Set<String> locations) {
    this.shown = locations;
  }

  @Override
  public TableScan newScan() {
    return shown == null
        ? super.newScan()
        : new ShownScan(
            this,
            schema(),
            ImmutableTableScanContext.builder().metricsReporter(reporter()).build(),
            shown);
  }

  /** Called before the files of a group are written. */
  void prepare() {}

  @Override
  public RewriteFiles newRewrite() {
    beforeCommit.run();
    return Commits.carryState(super.newRewrite());
  }

  /** A scan of some files. */
  private static final class ShownScan extends DataTableScan {
    private final Set<String> locations;

    ShownScan(Table table, Schema schema, TableScanContext context, Set<String> locations) {
      super(table, schema, context);
      this.locations = locations;
    }

    @Override
    protected TableScan newRefinedScan(Table table, Schema schema, TableScanContext context) {
      return new ShownScan(table, schema, context, locations);
    }

    @Override
    public CloseableIterable<FileScanTask> doPlanFiles() {
      return CloseableIterable.filter(
          super.doPlanFiles(), task -> locations.contains(task.file().location()));
    }
  }
}
