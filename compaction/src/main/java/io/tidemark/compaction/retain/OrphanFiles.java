package io.tidemark.compaction.retain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.compaction.record.MaintenanceStep.Done;
import io.tidemark.compaction.retain.plan.ColdFolders;
import io.tidemark.compaction.retain.plan.Locations;
import java.io.FileNotFoundException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.apache.iceberg.spark.actions.DeleteOrphanFilesSparkAction;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.SparkSession;

/**
 * Deletes files below a table's location, and in its cold folders, that nothing of the table names,
 * by Iceberg's own action: what writers that were killed, and deletions that were interrupted, have
 * left. It only looks; what it finds is deleted here, without whatever may be another table's.
 */
public final class OrphanFiles {
  private static final String METADATA_FILE = ".metadata.json";
  private static final long AT_ANY_AGE = Long.MAX_VALUE;

  private final SparkSession spark;
  private final String name;
  private final Table table;
  private final CatalogTables catalog;
  private Done done = Done.NOTHING;

  OrphanFiles(SparkSession spark, String name, Table table, CatalogTables catalog) {
    this.spark = spark;
    this.name = name;
    this.table = table;
    this.catalog = catalog;
  }

  /**
   * How many a vacuum would delete now.
   *
   * @param catalog every table, with this one
   * @param before files of which any writer may still be at work are younger
   * @throws VacuumRefusedException when files of another table may be among them
   */
  public static int count(Lakehouse lake, CatalogTables catalog, TableName table, Instant before) {
    String name = table.toString();
    return new OrphanFiles(lake.spark(), name, catalog.tables().get(name), catalog)
        .find(before)
        .orphans()
        .size();
  }

  /**
   * What was found.
   *
   * @param orphans files to be deleted
   * @param left files that nothing of this table names and that stay, because they may be another
   *     table's
   */
  public record Found(List<String> orphans, List<String> left) {}

  /**
   * Looks, and deletes nothing.
   *
   * @param before files of which any writer may still be at work are younger
   * @throws VacuumRefusedException when files of another table may be among them
   */
  Found find(Instant before) {
    if (!catalog.unreadable().isEmpty()) {
      throw new VacuumRefusedException(
          "%s keeps its orphan files, because tables cannot be loaded whose files may be among them: %s; mend them, or drop them from the catalog"
              .formatted(name, String.join(", ", catalog.unreadable().keySet())));
    }
    Locations locations = catalog.locations();
    Set<String> shared = locations.sharedBy(name);
    if (!shared.isEmpty()) {
      throw new VacuumRefusedException(
          "%s lies in a location of %s (%s): nobody can tell whose an unnamed file is, so none is deleted; give each table a location of its own"
              .formatted(name, String.join(", ", shared), table.location()));
    }
    table.refresh();
    List<String> orphans = new ArrayList<>();
    List<String> left = new ArrayList<>();
    // Of any age, because a table may have old files and young metadata; mostly there is none.
    Set<String> all = unnamed(AT_ANY_AGE);
    Strangers strangers = strangers(all);
    Set<String> old = new HashSet<>(all);
    if (!old.isEmpty()) {
      old.retainAll(unnamed(before.toEpochMilli()));
    }
    for (String file : old) {
      boolean mayBeOthers =
          locations.isOthers(name, file)
              || !locations.isWrittenTo(name, file)
              || strangers.have(file);
      (mayBeOthers ? left : orphans).add(file);
    }
    return new Found(orphans, left);
  }

  /** Files last written before a moment, in milliseconds since 1970. */
  private Set<String> unnamed(long before) {
    Set<String> found = new LinkedHashSet<>(unnamed(table.location(), before));
    for (String folder : ColdFolders.of(table.properties())) {
      try {
        found.addAll(unnamed(folder, before));
      } catch (RuntimeException e) {
        // A table says where its cold files will be before the first is there.
        if (!isMissing(e)) {
          throw e;
        }
      }
    }
    return found;
  }

  private static boolean isMissing(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FileNotFoundException || cause instanceof NotFoundException) {
        return true;
      }
    }
    return false;
  }

  private List<String> unnamed(String folder, long before) {
    boolean byPrefix =
        table.io() instanceof SupportsPrefixOperations && !(table.io() instanceof HadoopFileIO);
    try {
      DeleteOrphanFilesSparkAction action =
          SparkActions.get(spark)
              .deleteOrphanFiles(table)
              .location(folder)
              .usePrefixListing(byPrefix)
              .olderThan(before)
              .deleteWith(file -> {});
      List<String> found = new ArrayList<>();
      action.execute().orphanFileLocations().forEach(found::add);
      return found;
    } catch (ValidationException e) {
      throw new VacuumRefusedException(name + ": " + e.getMessage());
    }
  }

  /**
   * What belongs to tables that this catalog does not know.
   *
   * @param folders where they keep their files
   * @param files metadata files that cannot be read, so that nobody knows whose they are
   */
  private record Strangers(Set<String> folders, Set<String> files) {
    boolean have(String file) {
      return files.contains(file)
          || folders.stream().anyMatch(folder -> file.startsWith(folder + "/"));
    }
  }

  /**
   * Tables that this catalog does not know, told by their metadata files. One in this table's own
   * folder is that of a table of another catalog, or of one that was dropped before.
   */
  private Strangers strangers(Set<String> unnamed) {
    String own =
        table
            .properties()
            .getOrDefault(TableProperties.WRITE_METADATA_LOCATION, table.location() + "/metadata");
    Strangers strangers = new Strangers(new HashSet<>(), new HashSet<>());
    Map<String, Long> ofSameUuid = new HashMap<>();
    for (String file : unnamed) {
      if (!file.endsWith(METADATA_FILE)) {
        continue;
      }
      if (!Locations.isSame(parent(file), own)) {
        strangers.folders().add(parent(parent(file)));
        continue;
      }
      Optional<TableMetadata> metadata = metadata(file);
      if (metadata.isEmpty()) {
        strangers.files().add(file);
      } else if (metadata.get().uuid().equals(table.uuid().toString())) {
        ofSameUuid.put(file, metadata.get().lastUpdatedMillis());
      } else {
        throw new VacuumRefusedException(
            "%s has metadata of another table in its location (%s, of table %s): one of another catalog, or one that was dropped before. Nobody can tell whose an unnamed file is, so none is deleted; where that table is no more, delete its metadata files"
                .formatted(name, file, metadata.get().uuid()));
      }
    }
    requireNoLivingCopy(ofSameUuid);
    return strangers;
  }

  /**
   * A copy of this table that was registered in another catalog goes on from the same metadata, so
   * that it is later than this table's. So is a commit of this table's own that is under way: by
   * the second look it has landed, or was taken back.
   */
  private void requireNoLivingCopy(Map<String, Long> ofSameUuid) {
    table.refresh();
    removeNotLater(ofSameUuid);
    if (ofSameUuid.isEmpty()) {
      return;
    }
    ofSameUuid.keySet().retainAll(unnamed(AT_ANY_AGE));
    table.refresh();
    removeNotLater(ofSameUuid);
    if (!ofSameUuid.isEmpty()) {
      throw new VacuumRefusedException(
          "%s has metadata in its location that is later than its own (%s): another catalog has the same table, and writes there. Nobody can tell whose an unnamed file is, so none is deleted; drop the table from one of the catalogs, or, where no other catalog has it, delete that file"
              .formatted(name, ofSameUuid.keySet().iterator().next()));
    }
  }

  private void removeNotLater(Map<String, Long> metadata) {
    long own = ((HasTableOperations) table).operations().current().lastUpdatedMillis();
    metadata.values().removeIf(updated -> updated <= own);
  }

  /** Nothing when it was not written to its end. */
  private Optional<TableMetadata> metadata(String file) {
    try {
      return Optional.of(TableMetadataParser.read(table.io(), file));
    } catch (RuntimeException unreadable) {
      return Optional.empty();
    }
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /** Deletes what was found. */
  void delete(Found found) {
    CatalogUtil.deleteFiles(table.io(), found.orphans(), "orphan");
    done = Done.orphans(found.orphans().size());
  }

  /** What it has done until now. */
  Done done() {
    return done;
  }
}
