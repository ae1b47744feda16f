package io.tidemark.jobs.sink;

import io.tidemark.catalog.ConnectionSettings;
import io.tidemark.catalog.ConnectionSettings.Kind;
import io.tidemark.catalog.config.Secrets;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.ServiceLoader;

/** A connection to a database, opened when it is first needed, and again after it broke. */
final class JdbcConnection implements AutoCloseable {
  /** How long connecting may take, and whatever answers at once. */
  static final Duration PROMPT = Duration.ofSeconds(20);

  /**
   * How long a statement may take: longer than it waits for locks in {@link SqlDialect#settings}.
   */
  static final Duration STATEMENT = Duration.ofMinutes(5);

  /** Of what a server says; it stands in logs, and in the record of a driver. */
  private static final int MOST_CHARACTERS = 2_000;

  private final String job;
  private final ConnectionSettings settings;
  private final SqlDialect dialect;
  private Connection open;

  /** Something that is asked of a database. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  JdbcConnection(String job, ConnectionSettings settings) {
    this.job = job;
    this.settings = settings;
    this.dialect = SqlDialect.of(settings);
  }

  SqlDialect dialect() {
    return dialect;
  }

  ConnectionSettings settings() {
    return settings;
  }

  /** A connection's name and address, for messages. */
  String shown() {
    return "connection %s (%s)".formatted(settings.name(), settings.url());
  }

  /**
   * Does something. Whatever fails ends the connection, and with it what was not committed.
   *
   * @param atMost how long each answer may take; a server may hold a connection and say nothing
   * @throws SinkUnavailableException when the database does not answer
   * @throws SinkRefusedException when it refuses
   */
  <T> T run(Duration atMost, Work<T> work) {
    try {
      Connection connection = connection(atMost);
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(atMost.toMillis()));
      return work.on(connection);
    } catch (SQLException e) {
      close();
      throw failure(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Package-private for tests. */
  RuntimeException failure(SQLException e) {
    SQLException said = said(e);
    if (dialect.isTransient(e)) {
      return new SinkUnavailableException(
          job, "%s does not answer as it should: %s".formatted(shown(), said.getMessage()), said);
    }
    return new SinkRefusedException(
        "%s does not take what job %s does: %s (SQL state %s). See what its user may do there, and what the table's columns take"
            .formatted(shown(), job, said.getMessage(), said.getSQLState()),
        said);
  }

  /**
   * What the server itself said. Drivers put a batch's failure around it, which quotes the
   * statement with all the values of its rows; and messages may quote settings, or a long value.
   */
  private static SQLException said(SQLException failure) {
    SQLException last = failure;
    while (last.getNextException() != null) {
      last = last.getNextException();
    }
    if (last instanceof BatchUpdateException && last.getCause() instanceof SQLException cause) {
      last = cause;
    }
    String message = Secrets.redactText(String.valueOf(last.getMessage()));
    if (message.length() > MOST_CHARACTERS) {
      message = message.substring(0, MOST_CHARACTERS) + "…";
    }
    SQLException said = new SQLException(message, last.getSQLState(), last.getErrorCode());
    said.setStackTrace(last.getStackTrace());
    return said;
  }

  private Connection connection(Duration atMost) throws SQLException {
    if (open == null) {
      open = connect(atMost.compareTo(PROMPT) < 0 ? atMost : PROMPT);
      open.setAutoCommit(true);
      try (Statement statement = open.createStatement()) {
        for (String setting : dialect.settings()) {
          statement.execute(setting);
        }
      }
      open.setAutoCommit(false);
    }
    return open;
  }

  private Connection connect(Duration atMost) throws SQLException {
    Properties properties = new Properties();
    if (settings.user() != null) {
      properties.setProperty("user", settings.user());
    }
    String password = settings.resolvedPassword();
    if (password != null) {
      properties.setProperty("password", password);
    }
    properties.setProperty("tcpKeepAlive", "true");
    String url = settings.url();
    if (settings.kind() == Kind.POSTGRESQL) {
      String seconds = Long.toString(Math.max(1, atMost.toSeconds()));
      properties.setProperty("connectTimeout", seconds);
      properties.setProperty("socketTimeout", seconds);
      // The detail of a refusal is the row.
      properties.setProperty("logServerErrorDetail", "false");
      properties.setProperty("ApplicationName", "tidemark " + job);
      properties.setProperty("reWriteBatchedInserts", "true");
    } else {
      String ms = Long.toString(atMost.toMillis());
      properties.setProperty("connectTimeout", ms);
      properties.setProperty("socketTimeout", ms);
      // The driver takes its own scheme alone.
      url = url.replaceFirst("^jdbc:mysql:", "jdbc:mariadb:");
    }
    return driver(url).connect(url, properties);
  }

  /**
   * The driver of an address, from the jar that this class is in: spark-submit loads that in a
   * class loader of its own, which {@link java.sql.DriverManager} does not look into.
   */
  private static Driver driver(String url) throws SQLException {
    for (Driver driver : ServiceLoader.load(Driver.class, JdbcConnection.class.getClassLoader())) {
      if (driver.acceptsURL(url)) {
        return driver;
      }
    }
    throw new SQLException("there is no driver for " + url);
  }

  @Override
  public void close() {
    Connection ended = open;
    open = null;
    if (ended != null) {
      try {
        ended.close();
      } catch (SQLException e) {
        // It is given up anyway.
      }
    }
  }
}
