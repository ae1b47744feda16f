package io.tidemark.jobs.database;

import io.tidemark.jobs.database.DatabaseTable.Column;
import io.tidemark.jobs.database.DatabaseTable.Identity;
import io.tidemark.jobs.database.DatabaseTable.UniqueKey;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads PostgreSQL's own catalog, and nothing of the tables' rows. JDBC's metadata does not know
 * what is asked for here: the precision of a time, the type behind a domain, a REPLICA IDENTITY.
 */
public final class PostgresCatalog {
  private static final String TABLES =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind = 'p' AS partitioned, c.relreplident,
        coalesce(obj_description(c.oid, 'pg_class'), '') AS comment,
        (SELECT coalesce(sum(pg_table_size(p.relid)), 0) FROM pg_partition_tree(c.oid) p)
          + CASE WHEN c.relkind = 'r' THEN pg_table_size(c.oid) ELSE 0 END AS bytes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
        AND n.nspname = ANY (?)
      ORDER BY n.nspname, c.relname
      """;

  /** A domain is followed to the type behind it, which may be one more domain. */
  private static final String COLUMNS =
      """
      WITH RECURSIVE known (oid, base, modifier) AS (
        SELECT oid, oid, -1 FROM pg_type WHERE typtype <> 'd'
        UNION ALL
        SELECT d.oid, k.base, CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE k.modifier END
        FROM pg_type d JOIN known k ON d.typbasetype = k.oid WHERE d.typtype = 'd')
      SELECT a.attrelid, a.attname, a.attgenerated <> '' AS generated,
        format_type(k.base, CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE k.modifier END) AS type,
        'e' IN (t.typtype, coalesce(e.typtype, ' ')) AS is_enum,
        coalesce(col_description(a.attrelid, a.attnum), '') AS comment
      FROM pg_attribute a JOIN known k ON k.oid = a.atttypid JOIN pg_type t ON t.oid = k.base
        LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attnum > 0 AND NOT a.attisdropped AND n.nspname = ANY (?)
      ORDER BY a.attrelid, a.attnum
      """;

  private static final String KEYS =
      """
      SELECT i.indrelid, x.relname, i.indisprimary, i.indisreplident,
        (SELECT array_agg(a.attname::text ORDER BY k.place)
          FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, place)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
          WHERE k.place <= i.indnkeyatts) AS columns
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
        AND i.indexprs IS NULL AND n.nspname = ANY (?)
        AND NOT EXISTS (
          SELECT 1 FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, place)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
          WHERE k.place <= i.indnkeyatts AND NOT a.attnotnull)
      ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, x.relname
      """;

  private final Connection connection;
  private final Array schemas;

  private PostgresCatalog(Connection connection, List<String> schemas) throws SQLException {
    this.connection = connection;
    this.schemas = connection.createArrayOf("text", schemas.toArray());
  }

  /** The tables of some schemas, by name; views, partitions and foreign tables are none. */
  public static List<DatabaseTable> tables(Connection connection, List<String> schemas)
      throws SQLException {
    return new PostgresCatalog(connection, schemas).read();
  }

  /** What {@code wal_level} is; a change log needs {@code logical}. */
  public static String walLevel(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW wal_level")) {
      row.next();
      return row.getString(1);
    }
  }

  private List<DatabaseTable> read() throws SQLException {
    Map<Long, List<Column>> columns = new LinkedHashMap<>();
    each(
        COLUMNS,
        row ->
            columns
                .computeIfAbsent(row.getLong("attrelid"), oid -> new ArrayList<>())
                .add(
                    new Column(
                        row.getString("attname"),
                        row.getString("type"),
                        row.getBoolean("is_enum"),
                        row.getBoolean("generated"),
                        row.getString("comment"))));
    Map<Long, List<UniqueKey>> keys = new LinkedHashMap<>();
    each(
        KEYS,
        row ->
            keys.computeIfAbsent(row.getLong("indrelid"), oid -> new ArrayList<>())
                .add(
                    new UniqueKey(
                        row.getString("relname"),
                        Arrays.asList((String[]) row.getArray("columns").getArray()),
                        row.getBoolean("indisprimary"),
                        row.getBoolean("indisreplident"))));
    List<DatabaseTable> tables = new ArrayList<>();
    each(
        TABLES,
        row ->
            tables.add(
                new DatabaseTable(
                    row.getString("nspname"),
                    row.getString("relname"),
                    row.getString("comment"),
                    row.getLong("bytes"),
                    row.getBoolean("partitioned"),
                    identity(row.getString("relreplident")),
                    columns.getOrDefault(row.getLong("oid"), List.of()),
                    keys.getOrDefault(row.getLong("oid"), List.of()))));
    return tables;
  }

  private static Identity identity(String code) {
    return switch (code) {
      case "n" -> Identity.NOTHING;
      case "f" -> Identity.FULL;
      case "i" -> Identity.INDEX;
      default -> Identity.DEFAULT;
    };
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private void each(String sql, RowReader reader) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, schemas);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }
}
