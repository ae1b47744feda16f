package io.tidemark.tags.table;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.catalog.table.PartitionTerm.Function;
import io.tidemark.catalog.table.TableChange;
import io.tidemark.catalog.table.TableChange.Kind;
import io.tidemark.tags.plan.HistoryView;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of a history, made when they are not there: blocks, the pieces of users, the directory
 * of users' numbers, and the view of one row a user. Of blocks and users' pieces, a data file holds
 * one piece of one bucket, so that a piece goes with its files.
 */
public final class HistoryTables {
  private final Lakehouse lake;
  private final HistorySpec spec;

  public HistoryTables(Lakehouse lake, HistorySpec spec) {
    this.lake = lake;
    this.spec = spec;
  }

  /**
   * Creates what is not there, and adds columns of new metrics.
   *
   * @throws io.tidemark.catalog.SchemaMismatchException when a table is there with other columns
   */
  public void ensure() {
    declared().forEach(lake::ensure);
    new DayStates(lake).ensure();
    HistoryView view = new HistoryView(spec);
    String pieces = lake.identifier(spec.usersTable());
    String days = lake.identifier(DayStates.NAME);
    lake.ensureView(
        spec.view(),
        view.inSpark(pieces, days),
        view.inTrino(pieces, days),
        HistoryColumns.view(spec));
  }

  /** Makes new files of users' pieces be of the declared buckets, where a rebuild changes them. */
  public void repartitionUsers() {
    lake.tables()
        .apply(
            declaredUsers(),
            plan -> plan.changes().stream().filter(HistoryTables::isOfPartitions).toList());
  }

  private static boolean isOfPartitions(TableChange change) {
    return change.kind() == Kind.ADD_PARTITION || change.kind() == Kind.DROP_PARTITION;
  }

  /** Whether the history was ever built. */
  public boolean exist() {
    return lake.exists(spec.blocksTable());
  }

  /** The blocks, which recomputing reads. */
  public Table blocks() {
    return lake.load(spec.blocksTable());
  }

  /** The pieces of users, which the view reads. */
  public Table users() {
    return lake.load(spec.usersTable());
  }

  /** The users' numbers. */
  public Table directory() {
    return lake.load(spec.directoryTable());
  }

  private List<DeclaredTable> declared() {
    return List.of(declaredBlocks(), declaredUsers(), declaredDirectory());
  }

  private DeclaredTable declaredBlocks() {
    return table(
        spec.blocksTable(),
        "Blocks of history %s: users of a bucket over a piece, a stream a column.",
        HistoryColumns.blocks(spec),
        List.of(
            identity(HistoryColumns.BUCKET),
            identity(HistoryColumns.LEVEL),
            identity(HistoryColumns.FIRST_DAY)),
        blockProperties());
  }

  private DeclaredTable declaredUsers() {
    return table(
        spec.usersTable(),
        "History %s of each user, in pieces; the view beside it has a row per user.",
        HistoryColumns.users(spec),
        List.of(
            new PartitionTerm(Function.BUCKET, spec.layout().buckets(), HistoryColumns.USER_ID),
            identity(HistoryColumns.LEVEL),
            identity(HistoryColumns.FIRST_DAY)),
        Map.of());
  }

  private DeclaredTable declaredDirectory() {
    return table(
        spec.directoryTable(),
        "Numbers of the users of history %s within their buckets.",
        HistoryColumns.directory(spec),
        List.of(identity(HistoryColumns.BUCKET)),
        directoryProperties());
  }

  private DeclaredTable table(
      TableName name,
      String description,
      StructType columns,
      List<PartitionTerm> partitions,
      Map<String, String> properties) {
    Map<String, String> initial = new HashMap<>(properties);
    initial.put(Lakehouse.HISTORY, spec.name());
    // A file is found by its bucket and piece; bounds of columns would only make manifests longer.
    initial.put(TableProperties.DEFAULT_WRITE_METRICS_MODE, "none");
    return new DeclaredTable(
            name,
            SparkSchemaUtil.convert(columns),
            Map.of(),
            partitions,
            List.of(),
            Map.of(),
            initial,
            false)
        .described(description.formatted(spec.name()), spec.owner(), List.of());
  }

  /** Streams are compressed in themselves, and no two are alike. */
  private Map<String, String> blockProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put(TableProperties.PARQUET_COMPRESSION, "uncompressed");
    for (StructField column : HistoryColumns.blocks(spec).fields()) {
      if (column.dataType().equals(DataTypes.BinaryType)) {
        properties.put(
            TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX + column.name(), "false");
      }
    }
    return properties;
  }

  /** Ids that come in order are written as differences, which the second kind of pages has. */
  private Map<String, String> directoryProperties() {
    if (spec.userType() != UserType.BIGINT) {
      return Map.of();
    }
    return Map.of(
        TableProperties.PARQUET_PAGE_VERSION,
        "v2",
        TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX + HistoryColumns.NUMBER,
        "false",
        TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX + HistoryColumns.USER_ID,
        "false");
  }

  private static PartitionTerm identity(String column) {
    return new PartitionTerm(Function.IDENTITY, 0, column);
  }
}
