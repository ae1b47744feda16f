package io.tidemark.jobs.sink;

import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.SinkSpec;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A table as a database describes it, held against what a sink writes. */
final class JdbcTable {
  private final Connection database;
  private final String catalog;
  private final String schema;
  private final String name;
  private final SqlDialect dialect;

  /**
   * A table.
   *
   * @param table its name, with or without a schema; MySQL says database for schema
   */
  JdbcTable(Connection database, String table, SqlDialect dialect) throws SQLException {
    int dot = table.indexOf('.');
    String within = dot < 0 ? null : table.substring(0, dot);
    boolean hasSchemas = database.getSchema() != null;
    this.database = database;
    this.dialect = dialect;
    this.name = table.substring(dot + 1);
    this.catalog = hasSchemas || within == null ? database.getCatalog() : within;
    this.schema = hasSchemas && within == null ? database.getSchema() : hasSchemas ? within : null;
  }

  boolean exists() throws SQLException {
    return !columns().isEmpty();
  }

  private record Column(SqlDialect.Described described, boolean filledBySelf) {}

  private Map<String, Column> columns() throws SQLException {
    Map<String, Column> columns = new LinkedHashMap<>();
    DatabaseMetaData metaData = database.getMetaData();
    // An underscore is any character there: what else is found is left out.
    try (ResultSet found = metaData.getColumns(catalog, schema, name, null)) {
      while (found.next()) {
        if (found.getString("TABLE_NAME").equals(name)
            && (schema == null || schema.equals(found.getString("TABLE_SCHEM")))) {
          boolean filled =
              !"NO".equals(found.getString("IS_NULLABLE"))
                  || found.getString("COLUMN_DEF") != null
                  || "YES".equals(found.getString("IS_AUTOINCREMENT"));
          columns.put(
              found.getString("COLUMN_NAME"),
              new Column(
                  new SqlDialect.Described(
                      found.getInt("DATA_TYPE"),
                      found.getString("TYPE_NAME"),
                      found.getInt("COLUMN_SIZE"),
                      found.getInt("DECIMAL_DIGITS")),
                  filled));
        }
      }
    }
    return columns;
  }

  /** All that keeps rows from being written. */
  List<Problem> problems(SinkLayout layout, SinkSpec.Jdbc target) throws SQLException {
    List<Problem> problems = new ArrayList<>();
    Map<String, Column> there = columns();
    List<SinkColumn> written = new ArrayList<>(layout.columns());
    written.add(SinkColumn.of(SqlDialect.KEY, "string"));
    written.add(SinkColumn.of(SqlDialect.VERSION, "bigint"));
    for (SinkColumn column : written) {
      ColumnType type = column.type().orElseThrow();
      Column found = there.get(column.name());
      String sql = column.name().equals(SqlDialect.KEY) ? dialect.keyType() : dialect.type(type);
      if (found == null) {
        problems.add(
            problem(
                layout,
                target,
                "has no column %s; add it (ALTER TABLE %s ADD COLUMN %s %s), then run %s with --reload"
                    .formatted(
                        column.name(),
                        dialect.table(target.table()),
                        dialect.quoted(column.name()),
                        sql,
                        layout.job())));
      } else if (!dialect.takes(type, found.described())) {
        problems.add(
            problem(
                layout,
                target,
                "has the column %s as %s, which does not hold every %s; make it %s"
                    .formatted(column.name(), found.described().sql(), column.sql(), sql)));
      }
    }
    there.forEach(
        (column, described) -> {
          if (!described.filledBySelf()
              && written.stream().noneMatch(each -> each.name().equals(column))) {
            problems.add(
                problem(
                    layout,
                    target,
                    "has the column %s, which must have a value and gets none; drop it, or give it a default"
                        .formatted(column)));
          }
        });
    if (there.containsKey(SqlDialect.KEY) && !isUnique()) {
      problems.add(
          problem(
              layout,
              target,
              "has no unique index on %1$s alone, by which its rows are found; make one (ALTER TABLE %2$s ADD PRIMARY KEY (%1$s))"
                  .formatted(SqlDialect.KEY, dialect.table(target.table()))));
    }
    return problems;
  }

  private static Problem problem(SinkLayout layout, SinkSpec.Jdbc target, String remedy) {
    return new Problem("job " + layout.job(), "jdbc.table", target.table(), remedy);
  }

  private boolean isUnique() throws SQLException {
    Map<String, Set<String>> indexes = new HashMap<>();
    try (ResultSet found = database.getMetaData().getIndexInfo(catalog, schema, name, true, true)) {
      while (found.next()) {
        String column = found.getString("COLUMN_NAME");
        if (column != null) {
          indexes
              .computeIfAbsent(found.getString("INDEX_NAME"), index -> new HashSet<>())
              .add(column);
        }
      }
    }
    return indexes.containsValue(Set.of(SqlDialect.KEY));
  }
}
