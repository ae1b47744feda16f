package io.tidemark.catalog;

import io.tidemark.catalog.cut.InputRange;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of one environment, through one Spark session: what there is, how it is read as of a
 * snapshot, and how it comes to be. Every table has two branches from its first day, {@code main}
 * and {@link #OFFLINE}.
 */
public final class Lakehouse {
  /** The table property that names the time zone its business days are days of. */
  public static final String TIME_ZONE = "tidemark.time-zone";

  /** The branch that the batch writes. */
  public static final String OFFLINE = "offline";

  private final Environment environment;
  private final Function<Environment, SparkSession> sessions;
  private final SparkSession spark;
  private final String catalog;
  private final Catalog tables;

  private Lakehouse(Environment environment, Function<Environment, SparkSession> sessions) {
    this.environment = environment;
    this.sessions = sessions;
    this.spark = sessions.apply(environment);
    this.catalog = environment.catalog().name();
    // A session opens its catalog when it is first asked for, and by the settings of whatever
    // session the asking thread used last. So it is asked for here.
    SparkSession.setActiveSession(spark);
    this.tables = openCatalog();
  }

  /**
   * Of two processes that open a new JDBC catalog at once, both make its tables, and one fails: it
   * finds them when it looks again.
   */
  private Catalog openCatalog() {
    try {
      return Spark3Util.loadIcebergCatalog(spark, catalog);
    } catch (UncheckedSQLException e) {
      return Spark3Util.loadIcebergCatalog(spark, catalog);
    }
  }

  /** Opens the tables of an environment, in a session of its own. */
  public static Lakehouse open(Environment environment) {
    return new Lakehouse(environment, Sessions::open);
  }

  /**
   * For what needs the engine and no table, such as columns that follow from declarations: a
   * lakehouse in memory without any table. The environment's catalog is neither asked nor made.
   */
  public static Lakehouse withoutTables(Environment environment) {
    return new Lakehouse(environment, Sessions::withoutTables);
  }

  /** The same tables in another session, whose views and settings are its own. */
  public Lakehouse newSession() {
    return new Lakehouse(environment, sessions);
  }

  /** What it was opened with. */
  public Environment environment() {
    return environment;
  }

  /** The session that every read goes through. */
  public SparkSession spark() {
    return spark;
  }

  /** The name under which SQL finds a table. */
  public String identifier(TableName table) {
    return catalog + "." + table.layer() + "." + table.name();
  }

  private static TableIdentifier inIceberg(TableName table) {
    return TableIdentifier.of(table.layer(), table.name());
  }

  /** Whether the table exists. */
  public boolean exists(TableName table) {
    return tables.tableExists(inIceberg(table));
  }

  /** The table's metadata, read anew. */
  public Table load(TableName table) {
    try {
      return tables.loadTable(inIceberg(table));
    } catch (NoSuchTableException e) {
      throw new MissingTableException(table, e);
    }
  }

  /**
   * Loads a table, and creates it when it is not there: partitioned by {@code dt}, with both
   * branches.
   *
   * @param schema columns, {@code dt} among them
   * @throws SchemaMismatchException when the table is there with other columns
   * @throws TimeZoneMismatchException when its days are days of another zone
   */
  public Table ensure(TableName name, StructType schema, Map<String, String> properties) {
    if (!exists(name)) {
      create(name, schema, properties);
    }
    Table table = load(name);
    checkTimeZone(name, table);
    SchemaMismatchException.check(name, spark.table(identifier(name)).schema(), schema);
    if (table.refs().get(OFFLINE) == null) {
      createOfflineBranch(table);
    }
    return table;
  }

  private void checkTimeZone(TableName name, Table table) {
    String zone = table.properties().get(TIME_ZONE);
    if (zone != null && !zone.equals(environment.timeZone().getId())) {
      throw new TimeZoneMismatchException(name, zone, environment.timeZone());
    }
  }

  private void create(TableName name, StructType schema, Map<String, String> properties) {
    spark.sql("CREATE NAMESPACE IF NOT EXISTS " + catalog + "." + name.layer());
    StringBuilder options =
        new StringBuilder(", '%s'='%s'".formatted(TIME_ZONE, environment.timeZone().getId()));
    properties.forEach((key, value) -> options.append(", '%s'='%s'".formatted(key, value)));
    spark.sql(
        "CREATE TABLE IF NOT EXISTS %s (%s) USING iceberg PARTITIONED BY (dt) TBLPROPERTIES (%s)"
            .formatted(identifier(name), schema.toDDL(), TableDefaults.asOptions() + options));
  }

  /** From an empty snapshot of its own, so that the batch never builds on what a stream wrote. */
  private static void createOfflineBranch(Table table) {
    if (table.currentSnapshot() != null) {
      throw new IllegalStateException(
          "table "
              + table.name()
              + " has rows but no branch '"
              + OFFLINE
              + "': it was not created by Tidemark, or the branch was dropped");
    }
    try {
      table.manageSnapshots().createBranch(OFFLINE).commit();
    } catch (CommitFailedException | ValidationException | IllegalArgumentException e) {
      table.refresh();
      if (table.refs().get(OFFLINE) == null) {
        throw e;
      }
      // another process created it first, which is as good
    }
    table.refresh();
  }

  /** The rows of a table as of one of its snapshots, on whatever branch. */
  public Dataset<Row> readAsOf(TableName table, long snapshotId) {
    return spark.read().option(SparkReadOptions.VERSION_AS_OF, snapshotId).table(identifier(table));
  }

  /** The rows that were appended in a range. */
  public Dataset<Row> read(TableName table, InputRange range) {
    if (range.from() == null) {
      return readAsOf(table, range.to());
    }
    return spark
        .read()
        .option(SparkReadOptions.START_SNAPSHOT_ID, range.from())
        .option(SparkReadOptions.END_SNAPSHOT_ID, range.to())
        .table(identifier(table));
  }

  /** A frame with the table's columns and no row. */
  public Dataset<Row> empty(TableName table) {
    return spark.createDataFrame(List.of(), spark.table(identifier(table)).schema());
  }

  /** Creates a view, or changes its text where it is another one. */
  public void ensureView(TableName view, String sql) {
    if (!sql.equals(textOf(view))) {
      spark.sql("CREATE OR REPLACE VIEW " + identifier(view) + " AS\n" + sql);
    }
  }

  /** The text of a view, null when there is none. */
  private String textOf(TableName view) {
    ViewCatalog views = (ViewCatalog) tables;
    TableIdentifier name = inIceberg(view);
    if (!views.viewExists(name)) {
      return null;
    }
    SQLViewRepresentation text = views.loadView(name).sqlFor("spark");
    return text == null ? null : text.sql();
  }
}
