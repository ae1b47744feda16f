package io.tidemark.jobs.sink;

import io.tidemark.catalog.ConnectionSettings;
import io.tidemark.jobs.spec.ColumnType;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.sql.Types;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What databases say differently, and what a sink asks of them in the same words. */
abstract class SqlDialect {
  /** The column that tells the rows of a sink's table apart. */
  static final String KEY = "tidemark_key";

  /** The column with the sequence number of the snapshot up to which a row was computed. */
  static final String VERSION = "tidemark_version";

  /** The table with the positions of all sinks of a database. */
  static final String POSITIONS = "tidemark_sink";

  /** MySQL's code, which has no state of its own. */
  private static final int LOCK_WAIT_TIMEOUT = 1205;

  private static final Set<Integer> TEXTS =
      Set.of(
          Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.CLOB,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR,
          Types.NCLOB);

  /**
   * A column as a database describes it.
   *
   * @param type of {@link Types}
   * @param typeName the database's own name
   * @param size characters or digits; 0 or very large where there is no limit
   * @param digits after the point
   */
  record Described(int type, String typeName, int size, int digits) {
    String sql() {
      String lower = typeName.toLowerCase(Locale.ROOT);
      return type == Types.NUMERIC || type == Types.DECIMAL
          ? "%s(%d,%d)".formatted(lower, size, digits)
          : lower;
    }
  }

  /** What the server of a connection speaks. */
  static SqlDialect of(ConnectionSettings connection) {
    return connection.kind() == ConnectionSettings.Kind.POSTGRESQL
        ? new PostgreSqlDialect()
        : new MySqlDialect();
  }

  abstract String quoted(String identifier);

  /** The type of a column that is created. */
  abstract String type(ColumnType type);

  /** The type of {@link #KEY}: compared byte by byte. */
  abstract String keyType();

  abstract boolean isTimestamp(Described column);

  /** What stands behind an INSERT that changes the row where there is one. */
  abstract String orUpdate(List<String> columns);

  /** Whether a column has the value of a parameter; NULL is equal to NULL. */
  abstract String isOrBothNull(String column);

  /** The type of a moment that the database itself writes. */
  abstract String momentType();

  /** A value as the driver takes it. */
  abstract Object bound(ColumnType type, Object value);

  /** Statements of a session's beginning. */
  abstract List<String> settings();

  /** Inserts a row without a position, unless it is there. */
  abstract String insertPosition();

  /** The name of a table, with or without a schema. */
  final String table(String name) {
    return Arrays.stream(name.split("\\.")).map(this::quoted).collect(Collectors.joining("."));
  }

  final boolean takes(ColumnType type, Described column) {
    return switch (type.base()) {
      case STRING -> TEXTS.contains(column.type());
      case BOOLEAN ->
          column.type() == Types.BOOLEAN
              || column.type() == Types.BIT
              || column.type() == Types.TINYINT;
      case INT -> column.type() == Types.INTEGER || column.type() == Types.BIGINT;
      case BIGINT -> column.type() == Types.BIGINT;
      case DOUBLE -> column.type() == Types.DOUBLE;
      case DECIMAL -> isDecimal(column) && holds(type, column);
      case DATE -> column.type() == Types.DATE;
      case TIMESTAMP -> isTimestamp(column);
    };
  }

  private static boolean isDecimal(Described column) {
    return column.type() == Types.NUMERIC || column.type() == Types.DECIMAL;
  }

  /** PostgreSQL's numeric without digits holds any, and says so in one of two ways. */
  private static boolean holds(ColumnType type, Described column) {
    return column.size() == 0
        || column.size() > 1000
        || column.digits() >= type.scale()
            && column.size() - column.digits() >= type.precision() - type.scale();
  }

  final String createTable(String table, List<SinkColumn> columns) {
    String declared =
        columns.stream()
            .map(
                column ->
                    "  " + quoted(column.name()) + " " + type(column.type().orElseThrow()) + ",\n")
            .collect(Collectors.joining());
    return "CREATE TABLE %s (%n%s  %s %s NOT NULL PRIMARY KEY,%n  %s bigint NOT NULL%n)"
        .formatted(table(table), declared, quoted(KEY), keyType(), quoted(VERSION));
  }

  /** Writes a row: its columns in order, then key and version. */
  final String upsert(String table, List<SinkColumn> columns) {
    List<String> names = columns.stream().map(column -> quoted(column.name())).toList();
    List<String> changed = Stream.concat(names.stream(), Stream.of(quoted(VERSION))).toList();
    return "INSERT INTO %s (%s, %s, %s) VALUES (%s) %s"
        .formatted(
            table(table),
            String.join(", ", names),
            quoted(KEY),
            quoted(VERSION),
            String.join(", ", Collections.nCopies(columns.size() + 2, "?")),
            orUpdate(changed));
  }

  final String delete(String table) {
    return "DELETE FROM %s WHERE %s = ?".formatted(table(table), quoted(KEY));
  }

  final String createPositions() {
    return """
        CREATE TABLE %s (
          job varchar(200) NOT NULL PRIMARY KEY,
          epoch bigint NOT NULL,
          position bigint,
          version bigint NOT NULL,
          definition %s,
          updated_at %s DEFAULT CURRENT_TIMESTAMP NOT NULL
        )"""
        .formatted(quoted(POSITIONS), type(ColumnType.parse("string")), momentType());
  }

  /**
   * Whether what failed may succeed when it is tried again: it is down, full, or was in the way.
   */
  final boolean isTransient(SQLException failure) {
    for (Throwable each : failure) {
      if (each instanceof SQLException sql
          && (sql instanceof SQLTransientException
              || sql instanceof SQLRecoverableException
              || isTransient(String.valueOf(sql.getSQLState()), sql.getErrorCode()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTransient(String state, int code) {
    // Connections, shutdown, resources, rollbacks by deadlock; then time-outs that sessions have.
    return Set.of("08", "57", "53", "40").contains(state.substring(0, Math.min(2, state.length())))
        || Set.of("55P03", "25P03", "70100").contains(state)
        || code == LOCK_WAIT_TIMEOUT;
  }
}
