package io.tidemark.jobs.sink;

import io.tidemark.catalog.ConnectionSettings;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.SinkSpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table of a database. Rows and position are written in one transaction, which begins with the
 * position's row: a driver that was replaced finds another epoch there and writes nothing, and one
 * whose database came back from a backup another position.
 */
final class JdbcTarget implements SinkTarget {
  /** Rows sent at once. */
  private static final int BATCH_ROWS = 1_000;

  /** How long it may take to delete all rows of a table. */
  private static final Duration EMPTYING = Duration.ofHours(1);

  /** What is set where there is no row of a sink. */
  private static final String NOWHERE = "position = NULL, version = 0, definition = NULL";

  private final String job;
  private final SinkSpec.Jdbc target;
  private final JdbcConnection connection;
  private final SqlDialect dialect;
  private SinkLayout layout;

  JdbcTarget(String job, SinkSpec.Jdbc target, ConnectionSettings settings) {
    this.job = job;
    this.target = target;
    this.connection = new JdbcConnection(job, settings);
    this.dialect = connection.dialect();
  }

  @Override
  public Duration retryFor() {
    return connection.settings().retryFor();
  }

  @Override
  public Optional<SinkPosition> position() {
    return connection.run(
        JdbcConnection.PROMPT,
        database ->
            new JdbcTable(database, SqlDialect.POSITIONS, dialect).exists()
                ? read(database)
                : ended(database, Optional.empty()));
  }

  @Override
  public SinkPosition takeOver(SinkLayout written) {
    this.layout = written;
    return connection.run(
        JdbcConnection.STATEMENT,
        database -> {
          JdbcTable table = new JdbcTable(database, target.table(), dialect);
          boolean there = table.exists();
          if (!there && !target.create()) {
            // Whoever makes it makes it empty: the start after that must not go on.
            forget(database);
          }
          refuse(there ? table.problems(written, target) : missing(written));
          createPositions(database);
          // Before the table is made: should that be the last that is done, it is still known that
          // there is no row in it.
          SinkPosition taken = takeOver(database, there);
          if (!there) {
            execute(database, dialect.createTable(target.table(), written.columns()));
            database.commit();
          }
          return taken;
        });
  }

  private void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private List<Problem> missing(SinkLayout written) {
    return target.create()
        ? List.of()
        : List.of(
            new Problem(
                "job " + job,
                "jdbc.table",
                target.table(),
                "is not there, and 'create: false' leaves it to you; create it:\n"
                    + dialect.createTable(target.table(), written.columns())));
  }

  private void forget(Connection database) throws SQLException {
    if (!new JdbcTable(database, SqlDialect.POSITIONS, dialect).exists()) {
      return;
    }
    try (PreparedStatement update =
        database.prepareStatement(
            "UPDATE %s SET %s WHERE job = ?"
                .formatted(dialect.quoted(SqlDialect.POSITIONS), NOWHERE))) {
      update.setString(1, job);
      update.executeUpdate();
    }
    database.commit();
  }

  private void createPositions(Connection database) throws SQLException {
    JdbcTable positions = new JdbcTable(database, SqlDialect.POSITIONS, dialect);
    if (positions.exists()) {
      return;
    }
    database.commit();
    try {
      execute(database, dialect.createPositions());
      database.commit();
    } catch (SQLException e) {
      database.rollback();
      // Another sink may have come first.
      if (!positions.exists()) {
        throw e;
      }
    }
  }

  private SinkPosition takeOver(Connection database, boolean keepsPosition) throws SQLException {
    try (PreparedStatement insert = database.prepareStatement(dialect.insertPosition());
        PreparedStatement update =
            database.prepareStatement(
                "UPDATE %s SET epoch = epoch + 1%s, updated_at = CURRENT_TIMESTAMP WHERE job = ?"
                    .formatted(
                        dialect.quoted(SqlDialect.POSITIONS),
                        keepsPosition ? "" : ", " + NOWHERE))) {
      insert.setString(1, job);
      insert.executeUpdate();
      update.setString(1, job);
      update.executeUpdate();
    }
    return read(database).orElseThrow();
  }

  /** The position's row, and the end of the transaction. */
  private Optional<SinkPosition> read(Connection database) throws SQLException {
    try (PreparedStatement select =
        database.prepareStatement(
            "SELECT epoch, position, definition FROM %s WHERE job = ?"
                .formatted(dialect.quoted(SqlDialect.POSITIONS)))) {
      select.setString(1, job);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return ended(database, Optional.empty());
        }
        long epoch = row.getLong(1);
        long snapshot = row.getLong(2);
        Long position = row.wasNull() ? null : snapshot;
        return ended(
            database, Optional.of(new SinkPosition(epoch, position, null, row.getString(3))));
      }
    }
  }

  private static <T> T ended(Connection database, T answer) throws SQLException {
    database.commit();
    return answer;
  }

  private static void execute(Connection database, String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public SinkPosition resume(SinkPosition own) {
    SinkPosition there = position().orElse(SinkPosition.NONE);
    if (there.epoch() != own.epoch()) {
      throw own.refusal(job, there);
    }
    return there;
  }

  @Override
  public Batch begin(SinkPosition own, SinkStep step) {
    return connection.run(
        step.whole() ? EMPTYING : JdbcConnection.STATEMENT,
        database -> {
          if (!moved(database, own, step)) {
            database.rollback();
            throw own.refusal(job, read(database).orElse(SinkPosition.NONE));
          }
          if (step.whole()) {
            execute(database, "DELETE FROM " + dialect.table(target.table()));
          }
          return new Transaction(step);
        });
  }

  private boolean moved(Connection database, SinkPosition own, SinkStep step) throws SQLException {
    try (PreparedStatement update =
        database.prepareStatement(
            "UPDATE %s SET position = ?, version = ?, definition = ?, updated_at = CURRENT_TIMESTAMP WHERE job = ? AND epoch = ? AND %s"
                .formatted(
                    dialect.quoted(SqlDialect.POSITIONS), dialect.isOrBothNull("position")))) {
      update.setLong(1, step.snapshot());
      update.setLong(2, step.version());
      update.setString(3, layout.definition().json());
      update.setString(4, job);
      update.setLong(5, own.epoch());
      update.setObject(6, own.snapshot(), Types.BIGINT);
      return update.executeUpdate() == 1;
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  private final class Transaction implements Batch {
    private final SinkStep step;
    private final Map<String, SinkRow> waiting = new LinkedHashMap<>();
    private boolean committed;

    Transaction(SinkStep step) {
      this.step = step;
    }

    @Override
    public void put(SinkRow row) {
      waiting.put(SinkKey.hash(layout, row), row);
      if (waiting.size() >= BATCH_ROWS) {
        flush();
      }
    }

    private void flush() {
      if (waiting.isEmpty()) {
        return;
      }
      connection.run(
          JdbcConnection.STATEMENT,
          database -> {
            try (PreparedStatement upsert =
                    database.prepareStatement(dialect.upsert(target.table(), layout.columns()));
                PreparedStatement delete =
                    database.prepareStatement(dialect.delete(target.table()))) {
              int deleted = 0;
              for (Map.Entry<String, SinkRow> each : waiting.entrySet()) {
                if (each.getValue().isDeleted()) {
                  delete.setString(1, each.getKey());
                  delete.addBatch();
                  deleted++;
                } else {
                  bind(upsert, each.getKey(), each.getValue());
                  upsert.addBatch();
                }
              }
              if (deleted > 0) {
                delete.executeBatch();
              }
              if (deleted < waiting.size()) {
                upsert.executeBatch();
              }
            }
            return null;
          });
      waiting.clear();
    }

    private void bind(PreparedStatement upsert, String key, SinkRow row) throws SQLException {
      List<SinkColumn> columns = layout.columns();
      List<Object> values = row.all();
      int at = 1;
      for (int i = 0; i < columns.size(); i++, at++) {
        Object value =
            values.get(i) == null
                ? null
                : dialect.bound(columns.get(i).type().orElseThrow(), values.get(i));
        if (value == null) {
          upsert.setNull(at, jdbcType(columns.get(i)));
        } else {
          upsert.setObject(at, value);
        }
      }
      upsert.setString(at, key);
      upsert.setLong(at + 1, step.version());
    }

    @Override
    public void commit() {
      flush();
      connection.run(
          JdbcConnection.STATEMENT,
          database -> {
            database.commit();
            return null;
          });
      committed = true;
    }

    /** What is not committed ends with the connection, whatever state it is in. */
    @Override
    public void close() {
      if (!committed) {
        connection.close();
      }
    }
  }

  private static int jdbcType(SinkColumn column) {
    return switch (column.type().orElseThrow().base()) {
      case STRING -> Types.VARCHAR;
      case BOOLEAN -> Types.BOOLEAN;
      case INT -> Types.INTEGER;
      case BIGINT -> Types.BIGINT;
      case DOUBLE -> Types.DOUBLE;
      case DECIMAL -> Types.NUMERIC;
      case DATE -> Types.DATE;
      case TIMESTAMP -> Types.TIMESTAMP;
    };
  }
}
