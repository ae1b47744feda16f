package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.DatabaseSettings;
import io.tidemark.jobs.database.DatabaseTable;
import io.tidemark.jobs.database.PostgresCatalog;
import io.tidemark.reconciliation.ends.plan.BucketSums;
import io.tidemark.reconciliation.ends.plan.FingerprintSql;
import io.tidemark.reconciliation.ends.plan.RowPrint;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Properties;

/**
 * A table of a PostgreSQL database, read in transactions that each see one moment of it and write
 * nothing.
 */
final class SourceSide implements AutoCloseable {
  private static final String CONNECT_SECONDS = "20";
  private static final int FETCHED = 2_000;

  /** Of a replica, what it has replayed: that is what it shows. */
  private static final String LOG_POSITION =
      "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
          + " ELSE pg_current_wal_insert_lsn() END)::text";

  private final Connection connection;
  private final String schema;
  private final String name;

  private SourceSide(Connection connection, String table) {
    int dot = table.indexOf('.');
    this.connection = connection;
    this.schema = table.substring(0, dot);
    this.name = table.substring(dot + 1);
  }

  /**
   * Connects.
   *
   * @param password the user's; {@code null} without one
   * @param table {@code schema.name}
   */
  static SourceSide open(DatabaseSettings database, String password, String table)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("loginTimeout", CONNECT_SECONDS);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "tidemark check");
    if (database.user() != null) {
      properties.setProperty("user", database.user());
    }
    if (password != null) {
      properties.setProperty("password", password);
    }
    Connection connection = DriverManager.getConnection(database.url(), properties);
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    return new SourceSide(connection, table);
  }

  /** What the database says of the table; nothing when there is none. */
  Optional<DatabaseTable> table() throws SQLException {
    Optional<DatabaseTable> found =
        PostgresCatalog.tables(connection, List.of(schema)).stream()
            .filter(table -> table.name().equals(name))
            .findFirst();
    end();
    return found;
  }

  /** Where the log is now: behind everything that was read before. */
  String logPosition() throws SQLException {
    end();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LOG_POSITION)) {
      row.next();
      return row.getString(1);
    } finally {
      end();
    }
  }

  /** Whether the capture has passed a place in the log; nothing when no slot tells. */
  Optional<Boolean> captured(String slot, String position) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT coalesce(confirmed_flush_lsn >= ?::pg_lsn, false) FROM pg_replication_slots"
                + " WHERE slot_name = ? AND database = current_database()")) {
      statement.setString(1, position);
      statement.setString(2, slot);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getBoolean(1)) : Optional.empty();
      }
    } finally {
      end();
    }
  }

  BucketSums sums(FingerprintSql sql) throws SQLException {
    BucketSums sums = new BucketSums(sql.buckets());
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCHED);
      try (ResultSet rows = statement.executeQuery(sql.sourceSums(quoted()))) {
        while (rows.next()) {
          sums.put(rows.getInt(1), rows.getLong(2), rows.getString(3));
        }
      }
    }
    return sums;
  }

  /** Takes rows while they are read. */
  interface RowsTaker<T> {
    T take(Iterator<RowPrint> rows) throws SQLException;
  }

  /** The rows of some buckets, in order, not all at once. */
  <T> T rows(FingerprintSql sql, List<Integer> buckets, RowsTaker<T> taker) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql.sourceRows(quoted()))) {
      statement.setFetchSize(FETCHED);
      statement.setArray(1, connection.createArrayOf("int4", buckets.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        return taker.take(new Prints(rows));
      }
    }
  }

  /** The rows' fingerprints of some keys, as they are now. */
  Map<Long, Long> keys(FingerprintSql sql, Collection<Long> keys) throws SQLException {
    end();
    Map<Long, Long> found = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(sql.sourceKeys(quoted()))) {
      statement.setFetchSize(FETCHED);
      statement.setArray(1, connection.createArrayOf("int8", keys.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        Prints prints = new Prints(rows);
        while (prints.hasNext()) {
          RowPrint print = prints.next();
          found.put(print.key(), print.row());
        }
      }
    }
    end();
    return found;
  }

  /** Ends a transaction: the next statement sees the table as it is then. */
  void end() throws SQLException {
    connection.rollback();
  }

  private String quoted() {
    return '"' + schema.replace("\"", "\"\"") + "\".\"" + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private static final class Prints implements Iterator<RowPrint> {
    private final ResultSet rows;
    private boolean there;

    Prints(ResultSet rows) throws SQLException {
      this.rows = rows;
      this.there = rows.next();
    }

    @Override
    public boolean hasNext() {
      return there;
    }

    @Override
    public RowPrint next() {
      if (!there) {
        throw new NoSuchElementException();
      }
      try {
        RowPrint print =
            new RowPrint(rows.getInt(1), rows.getLong(2), rows.getLong(3), rows.getString(4));
        there = rows.next();
        return print;
      } catch (SQLException e) {
        throw new SourceReadException(e);
      }
    }
  }

  /** A database that stopped answering while its rows were read. */
  static final class SourceReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SourceReadException(SQLException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
