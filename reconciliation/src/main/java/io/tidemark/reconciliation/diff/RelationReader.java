package io.tidemark.reconciliation.diff;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.reconciliation.diff.RelationName.OfFiles;
import io.tidemark.reconciliation.diff.RelationName.OfJdbc;
import io.tidemark.reconciliation.diff.RelationName.OfTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Opens the sides of a diff. Each stays as it was when it was opened. */
final class RelationReader {
  private static final int FILES_LOOKED_AT = 100;
  private static final String ROWS_AT_ONCE = "10000";

  private final Lakehouse lake;
  private final Path root;
  private final Function<TableName, Optional<String>> batches;

  /**
   * A reader.
   *
   * @param root where relative paths of secrets start
   * @param batches SQL that reads a declared view as of what batches have made; nothing for another
   */
  RelationReader(Lakehouse lake, Path root, Function<TableName, Optional<String>> batches) {
    this.lake = lake;
    this.root = root;
    this.batches = batches;
  }

  /**
   * The rows.
   *
   * @throws IllegalArgumentException when there is no such thing, and says what to do
   */
  Dataset<Row> read(RelationName name) {
    if (name instanceof OfTable table) {
      return read(table);
    }
    return name instanceof OfFiles files ? read(files) : read((OfJdbc) name);
  }

  /** The newest snapshot is named as well: what commits meanwhile changes nothing. */
  private Dataset<Row> read(OfTable name) {
    if (!lake.exists(name.table())) {
      // Spark's own question, whether there is a table, does not find the views of Iceberg.
      if (name.ref().isEmpty() && lake.viewExists(name.table())) {
        return copied(lake.spark().table(lake.identifier(name.table())));
      }
      if (name.ref().equals(Lakehouse.OFFLINE)) {
        Optional<String> ofBatches = batches.apply(name.table());
        if (ofBatches.isPresent()) {
          return copied(lake.spark().sql(ofBatches.get()));
        }
      }
      throw new IllegalArgumentException(
          "there is no table %s; ./tidemark sql \"SHOW TABLES IN %s\" lists what there is"
              .formatted(name.table(), name.table().layer()));
    }
    Table table = lake.load(name.table());
    Long snapshot = snapshot(table, name);
    return snapshot == null
        ? lake.empty(name.table())
        : lake.spark()
            .read()
            .option(SparkReadOptions.VERSION_AS_OF, snapshot)
            .table(lake.identifier(name.table()));
  }

  /** Copied to local disk first, as it cannot be read as of a snapshot. */
  private static Dataset<Row> copied(Dataset<Row> view) {
    return view.persist(StorageLevel.DISK_ONLY());
  }

  private static Long snapshot(Table table, OfTable name) {
    if (name.ref().isEmpty()) {
      Snapshot newest = table.currentSnapshot();
      return newest == null ? null : newest.snapshotId();
    }
    SnapshotRef ref = table.refs().get(name.ref());
    if (ref != null) {
      return ref.snapshotId();
    }
    if (name.ref().matches("\\d{1,19}")) {
      for (Snapshot each : table.snapshots()) {
        if (name.ref().equals(Long.toString(each.snapshotId()))) {
          return each.snapshotId();
        }
      }
    }
    throw new IllegalArgumentException(
        "%s has no branch, tag or snapshot '%s'; it has %s, and snapshots that ./tidemark sql \"SELECT * FROM %s.snapshots\" lists"
            .formatted(
                name.table(),
                name.ref(),
                table.refs().keySet().stream().sorted().collect(Collectors.joining(", ")),
                name.table()));
  }

  private Dataset<Row> read(OfFiles name) {
    String format = name.format().isEmpty() ? formatOf(name) : name.format();
    DataFrameReader reader = lake.spark().read();
    try {
      return format.equals("csv")
          ? reader.option("header", "true").csv(name.path())
          : reader.parquet(name.path());
    } catch (Exception e) {
      // Checked in Scala, and so not declared.
      throw new IllegalArgumentException(
          "%s cannot be read: %s".formatted(name.path(), firstLine(e)), e);
    }
  }

  private String formatOf(OfFiles name) {
    List<String> files;
    try {
      // Lists the files, and opens none of them.
      files =
          lake.spark()
              .read()
              .format("binaryFile")
              .load(name.path())
              .select("path")
              .limit(FILES_LOOKED_AT)
              .as(Encoders.STRING())
              .collectAsList();
    } catch (Exception e) {
      throw new IllegalArgumentException(name.path() + " cannot be read: " + firstLine(e), e);
    }
    Set<String> formats =
        files.stream()
            .map(RelationName::format)
            .filter(format -> !format.isEmpty())
            .collect(Collectors.toSet());
    if (formats.size() == 1) {
      return formats.iterator().next();
    }
    throw new IllegalArgumentException(
        name.path()
            + (formats.isEmpty()
                ? " holds neither .parquet nor .csv files; name the folder that does"
                : " holds .parquet and .csv files; name one of them"));
  }

  /**
   * Copied to local disk first: a database would otherwise be read several times, at several
   * states.
   */
  private Dataset<Row> read(OfJdbc name) {
    DataFrameReader reader =
        lake.spark()
            .read()
            .format("jdbc")
            .option("url", name.url())
            .option("dbtable", name.table())
            .option("fetchsize", ROWS_AT_ONCE);
    if (!name.user().isEmpty()) {
      reader = reader.option("user", name.user());
    }
    if (name.password() != null) {
      try {
        reader = reader.option("password", name.password().resolve(root));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("the password of " + name + " " + e.getMessage(), e);
      }
    }
    try {
      return reader.load().persist(StorageLevel.DISK_ONLY());
    } catch (Exception e) {
      throw new IllegalArgumentException(name + " cannot be read: " + firstLine(e), e);
    }
  }

  static String firstLine(Throwable problem) {
    List<String> lines = String.valueOf(problem.getMessage()).lines().toList();
    return lines.isEmpty() ? problem.toString() : lines.get(0);
  }
}
