package io.tidemark.compaction.run;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.retain.plan.ColdFolders;
import io.tidemark.compaction.retain.plan.Locations;
import io.tidemark.compaction.spec.CompactionPolicy.Cold;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
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

  /**
   * A table whose new files are cold ones.
   *
   * @param table just loaded
   * @param beforeCommit as in {@link MaintainedTable}
   */
  ColdTable(TableName name, Table table, Cold cold, Runnable beforeCommit) {
    super(table, beforeCommit);
    this.cold = cold;
    this.folder = cold.folderOf(name, table.uuid());
  }

  /**
   * Writes into the table where its cold files are, before there is one: whoever looks for orphans
   * then finds those of a move that was killed, too.
   */
  @Override
  void prepare() {
    requireReachable();
    if (!ColdFolders.of(super.properties()).contains(folder)) {
      updateProperties()
          .set(ColdFolders.PROPERTY, ColdFolders.with(super.properties(), folder))
          .commit();
      refresh();
    }
  }

  /** Before anything is written: a writer would fail with whatever the storage says. */
  private void requireReachable() {
    try {
      // Whether it is there is of no interest: who cannot reach it cannot tell.
      io().newInputFile(folder).exists();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          ("%s: cold.location '%s' cannot be reached by the catalog's %s; give the catalog the"
                  + " settings of its storage (io-impl, credentials), write another cold.location, or"
                  + " leave the section 'cold' out")
              .formatted(name(), cold.location(), io().getClass().getSimpleName()),
          e);
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

  /** Whether a file is where cold files go. */
  boolean isAtPlace(FileScanTask task) {
    return Locations.isWithin(task.file().location(), folder);
  }
}
