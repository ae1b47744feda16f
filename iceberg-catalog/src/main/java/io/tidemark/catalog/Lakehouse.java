package io.tidemark.catalog;

import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.TableApply;
import io.tidemark.catalog.table.TableChange;
import io.tidemark.catalog.table.TableChange.Kind;
import io.tidemark.catalog.table.TablePlan;
import io.tidemark.catalog.table.TableStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewBuilder;
import org.apache.iceberg.view.ViewRepresentation;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one environment, through one Spark session: what there is, how it is read as of a
 * snapshot, and how it comes to be. Every table has two branches from its first day, {@code main}
 * and {@link #OFFLINE}.
 */
public final class Lakehouse {
  private static final Logger LOG = LoggerFactory.getLogger(Lakehouse.class);

  /** The table property that names the time zone its business days are days of. */
  public static final String TIME_ZONE = "tidemark.time-zone";

  /**
   * Property of the tables of a history of users, and of its results: its name. Only builds and
   * recomputations replace their files.
   */
  public static final String HISTORY = "tidemark.history";

  private static final String SPARK = "spark";
  private static final String TRINO = "trino";

  /** The branch that the batch writes. */
  public static final String OFFLINE = DeclaredTable.OFFLINE;

  private static final Set<Kind> MADE_BY_JOBS =
      EnumSet.of(Kind.CREATE_TABLE, Kind.CREATE_BRANCH, Kind.ADD_COLUMN);

  private final Environment environment;
  private final Opening opening;
  private final SparkSession spark;
  private final String catalog;
  private final Catalog tables;

  /** How a session and its catalog come to be. */
  private record Opening(
      Function<Environment, SparkSession> session,
      BiFunction<CatalogSettings, SparkSession, Catalog> catalog) {}

  private Lakehouse(Environment environment, Opening opening) {
    this.environment = environment;
    this.opening = opening;
    this.spark = opening.session().apply(environment);
    this.catalog = environment.catalog().name();
    // A session opens its catalog when it is first asked for, and by the settings of whatever
    // session the asking thread used last. So it is asked for here.
    SparkSession.setActiveSession(spark);
    this.tables = opening.catalog().apply(environment.catalog(), spark);
  }

  /**
   * Opens the tables of an environment, in a session of its own.
   *
   * @throws CatalogUnavailableException when the catalog does not answer
   * @throws CatalogRefusedException when it does not take what the environment says
   */
  public static Lakehouse open(Environment environment) {
    return new Lakehouse(environment, new Opening(Sessions::open, OpenedCatalog::of));
  }

  /**
   * For what needs the engine and no table, such as columns that follow from declarations: a
   * lakehouse in memory without any table. The environment's catalog is neither asked nor made.
   */
  public static Lakehouse withoutTables(Environment environment) {
    return new Lakehouse(
        environment,
        new Opening(
            Sessions::withoutTables,
            (settings, session) -> Spark3Util.loadIcebergCatalog(session, settings.name())));
  }

  /** The same tables in another session, whose views and settings are its own. */
  public Lakehouse newSession() {
    return new Lakehouse(environment, opening);
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

  /**
   * Every table of the catalog, declared or not, in order. One whose name Tidemark could not write
   * is left out.
   */
  public List<TableName> all() {
    return listTables().stream()
        .flatMap(table -> nameOf(table).stream())
        .sorted(Comparator.comparing(TableName::toString))
        .toList();
  }

  /** The name of a table of the catalog; nothing when Tidemark could not write it. */
  public static Optional<TableName> nameOf(TableIdentifier table) {
    return table.namespace().length() == 1
            && TableName.isIdentifier(table.namespace().level(0))
            && TableName.isIdentifier(table.name())
        ? Optional.of(new TableName(table.namespace().level(0), table.name()))
        : Optional.empty();
  }

  /** Whether the catalog has a view of that name, in whatever engine's words. */
  public boolean viewExists(TableName view) {
    return tables instanceof ViewCatalog views && views.viewExists(inIceberg(view));
  }

  /** The table's metadata, read anew. */
  public Table load(TableName table) {
    try {
      return tables.loadTable(inIceberg(table));
    } catch (NoSuchTableException e) {
      throw new MissingTableException(table, e);
    }
  }

  /** Every Iceberg table of the catalog, whoever made it. */
  public List<TableIdentifier> listTables() {
    List<TableIdentifier> found = new ArrayList<>();
    listTables(Namespace.empty(), found);
    return found;
  }

  private void listTables(Namespace within, List<TableIdentifier> found) {
    for (Namespace namespace : ((SupportsNamespaces) tables).listNamespaces(within)) {
      found.addAll(tables.listTables(namespace));
      listTables(namespace, found);
    }
  }

  /**
   * The metadata of any table of the catalog, read anew.
   *
   * @throws NoSuchTableException when it is not there
   */
  public Table load(TableIdentifier table) {
    return tables.loadTable(table);
  }

  /**
   * Loads a table of business days, and creates it when it is not there.
   *
   * @param schema columns, {@code dt} among them
   * @param properties properties it is created with
   * @throws SchemaMismatchException when the table is there with other columns
   * @throws TimeZoneMismatchException when its days are days of another zone
   */
  public Table ensure(TableName name, StructType schema, Map<String, String> properties) {
    return ensure(DeclaredTable.ofDays(name, SparkSchemaUtil.convert(schema), properties));
  }

  /**
   * Loads a table for the job that writes it. It is created when it is not there, and gets columns
   * that are only declared; whatever else differs is left to {@link #tables}, because readers of
   * the table would see it.
   *
   * @throws SchemaMismatchException when rows of the declared columns cannot be written
   * @throws TimeZoneMismatchException when its days are days of another zone
   */
  public Table ensure(DeclaredTable declared) {
    tables().apply(declared, Lakehouse::onlyAdditions).stream()
        .filter(change -> change.kind() == Kind.ADD_COLUMN)
        .forEach(change -> LOG.info("{}: {}", declared.name(), change.text()));
    return load(declared.name());
  }

  private static List<TableChange> onlyAdditions(TablePlan plan) {
    List<TableChange> missing = plan.changes().stream().filter(TableChange::stopsJob).toList();
    if (!missing.isEmpty()) {
      throw SchemaMismatchException.before(plan.table(), missing);
    }
    return plan.changes().stream().filter(change -> MADE_BY_JOBS.contains(change.kind())).toList();
  }

  /**
   * What makes tables what they are declared to be.
   *
   * @throws TimeZoneMismatchException from all that it does, for a table whose days are days of
   *     another zone
   */
  public TableApply tables() {
    return new TableApply(
        new TableStore() {
          @Override
          public Optional<Table> find(TableName name) {
            Table table;
            try {
              // Not asked before whether it is there: catalogs load it for the answer.
              table = load(name);
            } catch (MissingTableException none) {
              return Optional.empty();
            }
            checkTimeZone(name, table);
            return Optional.of(table);
          }

          @Override
          public void create(DeclaredTable table) {
            spark.sql("CREATE NAMESPACE IF NOT EXISTS " + catalog + "." + table.name().layer());
            table.create(
                tables, TableDefaults.with(Map.of(TIME_ZONE, environment.timeZone().getId())));
          }
        });
  }

  private void checkTimeZone(TableName name, Table table) {
    String zone = table.properties().get(TIME_ZONE);
    if (zone != null && !zone.equals(environment.timeZone().getId())) {
      throw new TimeZoneMismatchException(name, zone, environment.timeZone());
    }
  }

  /** The rows of a table as of one of its snapshots, in the columns it has today. */
  public Dataset<Row> readAsOf(TableName table, long snapshotId) {
    return known(table, load(table).schema()).readAsOf(snapshotId);
  }

  /** A frame with the table's columns and no row. */
  public Dataset<Row> empty(TableName table) {
    return known(table, load(table).schema()).empty();
  }

  /** A table for one who goes on to know it by the columns of today, whatever becomes of them. */
  public KnownTable known(TableName table, Schema columns) {
    return new KnownTable(this, table, columns);
  }

  /**
   * Creates a view, or changes it where it has another text or its columns other types.
   *
   * @param sql for Spark
   * @param inTrino the same for Trino, which finds it where it reads Iceberg views: not on a Hive
   *     Metastore
   */
  public void ensureView(TableName view, String sql, String inTrino) {
    ensureView(view, sql, inTrino, spark.sql(sql).schema());
  }

  /**
   * The same for one who knows the columns that the text gives.
   *
   * @param columns names and types, as Spark would find them
   */
  public void ensureView(TableName view, String sql, String inTrino, StructType columns) {
    Map<String, String> texts = new HashMap<>(Map.of(SPARK, sql));
    if (environment.catalog().type() != CatalogSettings.Type.HIVE) {
      texts.put(TRINO, inTrino);
    }
    ViewCatalog views = (ViewCatalog) tables;
    TableIdentifier name = inIceberg(view);
    if (views.viewExists(name) && isAsWritten(views.loadView(name), texts, columns)) {
      return;
    }
    spark.sql("CREATE NAMESPACE IF NOT EXISTS " + catalog + "." + view.layer());
    // Not by Spark's SQL, which knows one text of a view.
    ViewBuilder builder =
        views
            .buildView(name)
            .withSchema(SparkSchemaUtil.convert(columns))
            .withDefaultCatalog(catalog)
            .withDefaultNamespace(Namespace.of(view.layer()));
    texts.forEach(builder::withQuery);
    builder.createOrReplace();
  }

  /** A view keeps the types of its columns, and cannot be read once the table has wider ones. */
  private static boolean isAsWritten(View view, Map<String, String> texts, StructType columns) {
    Map<String, String> there = new HashMap<>();
    for (ViewRepresentation text : view.currentVersion().representations()) {
      if (text instanceof SQLViewRepresentation sql) {
        there.put(sql.dialect(), sql.sql());
      }
    }
    return there.equals(texts)
        && SparkSchemaUtil.convert(view.schema()).catalogString().equals(columns.catalogString());
  }
}
