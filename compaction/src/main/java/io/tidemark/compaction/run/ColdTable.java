package io.tidemark.compaction.run;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.retain.plan.ColdFolders;
import io.tidemark.compaction.retain.plan.Place;
import io.tidemark.compaction.spec.CompactionPolicy.Cold;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.DataTableScan;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ImmutableTableScanContext;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.TableScanContext;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.LocationProvider;

/**
 * A table as Iceberg's actions get it to write cold files: Spark writes by the properties and to
 * the location of the table that it is given. The table's own properties stay as they are, and
 * whoever else writes to it writes as before.
 */
final class ColdTable extends MaintainedTable {
  private static final long serialVersionUID = 1L;
  private static final String CODEC = "zstd";

  private final transient Cold cold;
  private final transient String folder;
  private final transient boolean onlyWarm;

  /**
   * A table whose new files are cold ones.
   *
   * @param table just loaded
   * @param onlyWarm whether scans leave out what is at the cold location already
   * @param beforeCommit as in {@link MaintainedTable}
   */
  ColdTable(TableName name, Table table, Cold cold, boolean onlyWarm, Runnable beforeCommit) {
    super(table, beforeCommit);
    this.cold = cold;
    this.folder = cold.folderOf(name, table.uuid());
    this.onlyWarm = onlyWarm;
  }

  /**
   * Writes into the table where its cold files are, before there is one: whoever looks for orphans
   * then finds those of a move that was killed, too.
   */
  @Override
  void prepare() {
    if (!ColdFolders.of(super.properties()).contains(folder)) {
      updateProperties()
          .set(ColdFolders.PROPERTY, ColdFolders.with(super.properties(), folder))
          .commit();
      refresh();
    }
  }

  @Override
  public Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>(super.properties());
    // A provider of the table's own need not ask for the path of data.
    properties.remove(TableProperties.WRITE_LOCATION_PROVIDER_IMPL);
    properties.put(TableProperties.WRITE_DATA_LOCATION, folder);
    properties.put(TableProperties.PARQUET_COMPRESSION, CODEC);
    properties.put(
        TableProperties.PARQUET_COMPRESSION_LEVEL, Integer.toString(cold.compressionLevel()));
    properties.put(
        TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, Long.toString(cold.rowGroupSize()));
    return properties;
  }

  @Override
  public LocationProvider locationProvider() {
    return LocationProviders.locationsFor(location(), properties());
  }

  @Override
  public TableScan newScan() {
    return onlyWarm
        ? new WarmScan(
            this,
            schema(),
            ImmutableTableScanContext.builder().metricsReporter(reporter()).build(),
            Place.of(folder))
        : super.newScan();
  }

  /** A scan of files that are not in a folder: Iceberg's filters do not know where files are. */
  private static final class WarmScan extends DataTableScan {
    private final Place folder;

    WarmScan(Table table, Schema schema, TableScanContext context, Place folder) {
      super(table, schema, context);
      this.folder = folder;
    }

    @Override
    protected TableScan newRefinedScan(Table table, Schema schema, TableScanContext context) {
      return new WarmScan(table, schema, context, folder);
    }

    @Override
    public CloseableIterable<FileScanTask> doPlanFiles() {
      return CloseableIterable.filter(
          super.doPlanFiles(),
          task -> !Place.of(task.file().location()).isWithin(folder));
    }
  }
}
