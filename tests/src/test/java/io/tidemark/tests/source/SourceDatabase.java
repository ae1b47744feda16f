package io.tidemark.tests.source;

import static org.awaitility.Awaitility.await;

import io.tidemark.tests.source.SourceTables.Table;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A PostgreSQL database with the fifty tables, and what its applications do. */
final class SourceDatabase implements AutoCloseable {
  /** A table that tells how far the capture is. */
  static final String MARKER = "marker";

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int ROWS_EACH = 6;
  private static final int IDS = 12;

  private final String url;
  private final String user;
  private final String password;
  private final List<Connection> opened = new CopyOnWriteArrayList<>();
  private final Connection main;
  private int marker;

  SourceDatabase(String url, String user, String password) {
    this.url = url;
    this.user = user;
    this.password = password;
    this.main = connect();
  }

  String url() {
    return url;
  }

  /** Makes the tables, with some rows in each. */
  void create(List<Table> tables, Random random) {
    SourceTables.types().forEach(this::run);
    run("CREATE TABLE " + MARKER + " (id integer PRIMARY KEY)");
    tables.forEach(table -> create(table, random));
  }

  /** Makes a table, with some rows. */
  void create(Table table, Random random) {
    SourceTables.create(table).forEach(this::run);
    for (int id = 0; id < ROWS_EACH; id++) {
      run(SourceTables.insert(table, id, random));
    }
  }

  void run(String sql) {
    execute(main, sql);
  }

  /** A transaction of its own, open until it is ended. */
  Connection begin() {
    try {
      Connection connection = connect();
      connection.setAutoCommit(false);
      execute(connection, "SELECT pg_current_xact_id()");
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void execute(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  static void commit(Connection connection) {
    try (connection) {
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until somebody waits for the end of a transaction. */
  void awaitWaiterFor(Connection transaction) {
    long xid;
    try (Statement statement = transaction.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT mod(pg_current_xact_id()::text::numeric, 4294967296)")) {
      row.next();
      xid = row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    await()
        .atMost(LIMIT)
        .until(
            () ->
                count(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid::text = '"
                            + xid
                            + "'")
                    > 0);
  }

  /** How many rows a query counts. */
  long count(String sql) {
    try (Statement statement = main.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /**
   * Inserts, updates and deletes rows of random tables, in transactions of one to four statements.
   * What is there in the end follows from the seed.
   */
  void write(List<Table> tables, int statements, Random random) {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      for (int i = 0, left = 1; i < statements; i++, left--) {
        Table table = tables.get(random.nextInt(tables.size()));
        int id = random.nextInt(IDS);
        execute(
            connection,
            switch (random.nextInt(5)) {
              case 0 -> SourceTables.delete(table, id);
              case 1, 2 -> SourceTables.insert(table, id, random);
              default -> SourceTables.update(table, id, random);
            });
        if (left == 0) {
          connection.commit();
          left = 1 + random.nextInt(4);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Waits until all that was committed is in Kafka: the second of two marks is sent when the
   * brokers have what came with the first.
   *
   * @param sent how many messages about marks the brokers have
   */
  void awaitCapture(Callable<Long> sent) {
    for (int i = 0; i < 2; i++) {
      int expected = ++marker;
      run("INSERT INTO " + MARKER + " VALUES (" + expected + ")");
      await().atMost(LIMIT).until(() -> sent.call() >= expected);
    }
  }

  /** The rows of a table as text, with how often each is there. */
  Map<String, Long> rows(Table table, List<String> added) {
    List<String> texts = new ArrayList<>(List.of("tenant", "id::text"));
    for (int i = 0; i < table.columns().size(); i++) {
      texts.add(table.columns().get(i).text().formatted(table.column(i)));
    }
    added.forEach(column -> texts.add(column + "::text"));
    String sql =
        texts.stream()
            .map(MirrorRows::shown)
            .collect(
                Collectors.joining(
                    ", ", "SELECT concat_ws('" + MirrorRows.BETWEEN + "', ", ") FROM "));
    Map<String, Long> rows = new TreeMap<>();
    try (Statement statement = main.createStatement();
        ResultSet found = statement.executeQuery(sql + table.name())) {
      while (found.next()) {
        rows.merge(found.getString(1), 1L, Long::sum);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
    return rows;
  }

  private Connection connect() {
    try {
      Connection connection = DriverManager.getConnection(url, user, password);
      opened.add(connection);
      execute(connection, "SET intervalstyle = iso_8601");
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot connect to " + url, e);
    }
  }

  @Override
  public void close() {
    for (Connection connection : opened) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
