package io.tidemark.tests.tags;

import io.tidemark.tests.tags.TaggedHistory.Tags;
import io.tidemark.tests.tags.TaggedHistory.UserDay;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The same questions to DuckDB, over the rows themselves. */
final class TagOracle implements AutoCloseable {
  private final Connection duckDb;
  private final LocalDate first;
  private final LocalDate last;

  /** User-days of a window, and tags. */
  TagOracle(List<UserDay> rows, List<Tags> tags, LocalDate first, LocalDate last)
      throws SQLException {
    this.first = first;
    this.last = last;
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = duckDb.createStatement()) {
      statement.execute(
          "CREATE TABLE active (user_id VARCHAR, dt DATE, pv BIGINT, balance DECIMAL(38,2), paid DECIMAL(18,4), score DOUBLE)");
      statement.execute(
          "CREATE TABLE tag (user_id VARCHAR, city VARCHAR, level INT, vip BOOLEAN, since DATE, shape VARCHAR)");
      statement.execute("CREATE TABLE interest (user_id VARCHAR, interests VARCHAR)");
    }
    insert(rows);
    insertTags(tags);
  }

  private void insert(List<UserDay> rows) throws SQLException {
    try (PreparedStatement insert =
        duckDb.prepareStatement("INSERT INTO active VALUES (?, ?, ?, ?, ?, ?)")) {
      for (UserDay row : rows) {
        insert.setString(1, row.user());
        insert.setObject(2, row.day());
        insert.setObject(3, row.reading() == null ? null : row.reading().get(2));
        insert.setObject(4, row.reading() == null ? null : row.reading().get(3));
        insert.setObject(5, row.order() == null ? null : row.order().get(2));
        insert.setObject(6, row.order() == null ? null : row.order().get(3));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void insertTags(List<Tags> tags) throws SQLException {
    try (PreparedStatement insert =
            duckDb.prepareStatement("INSERT INTO tag VALUES (?, ?, ?, ?, ?, ?)");
        PreparedStatement interest =
            duckDb.prepareStatement("INSERT INTO interest VALUES (?, ?)")) {
      for (Tags row : tags) {
        insert.setString(1, row.user());
        insert.setString(2, row.city());
        insert.setObject(3, row.level());
        insert.setObject(4, row.vip());
        insert.setObject(5, row.since());
        insert.setString(6, row.shape());
        insert.addBatch();
        if (row.interests() != null) {
          for (String each : row.interests()) {
            interest.setString(1, row.user());
            interest.setString(2, each);
            interest.addBatch();
          }
        }
      }
      insert.executeBatch();
      interest.executeBatch();
    }
  }

  /** A set's result, sorted by tags and day. */
  List<String> result(List<String> tags) throws SQLException {
    String shown =
        tags.stream()
            .map(
                tag ->
                    List.of("city", "interests", "shape").contains(tag)
                        ? "coalesce(%1$s, '(none)') AS %1$s".formatted(tag)
                        : tag)
            .collect(Collectors.joining(", "));
    String names = String.join(", ", tags);
    String places =
        IntStream.rangeClosed(1, tags.size() + 1)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", "));
    return rows(
        """
        WITH member AS (
          SELECT DISTINCT u.user_id, %1$s
          FROM (SELECT DISTINCT user_id FROM active) u
          LEFT JOIN tag ON tag.user_id = u.user_id
          LEFT JOIN (SELECT * FROM interest WHERE interests IS NOT NULL) i ON i.user_id = u.user_id
        ), joined AS (
          SELECT member.*, a.* EXCLUDE (user_id),
            EXISTS (SELECT 1 FROM active b WHERE b.user_id = a.user_id AND b.dt = a.dt + 1) AS after_1,
            EXISTS (SELECT 1 FROM active b WHERE b.user_id = a.user_id AND b.dt = a.dt + 7) AS after_7
          FROM member JOIN active a ON a.user_id = member.user_id
        ), calendar AS (
          SELECT CAST(unnest(generate_series(DATE '%3$s', DATE '%4$s', INTERVAL 1 DAY)) AS DATE) AS day
        )
        SELECT %2$s, day,
          count(*) FILTER (dt = day),
          sum(pv) FILTER (dt = day), sum(balance) FILTER (dt = day),
          sum(paid) FILTER (dt = day), sum(score) FILTER (dt = day),
          count(DISTINCT user_id) FILTER (dt > day - 7), count(DISTINCT user_id),
          CASE WHEN day + 1 <= DATE '%4$s' THEN count(*) FILTER (dt = day AND after_1) END,
          CASE WHEN day + 7 <= DATE '%4$s' THEN count(*) FILTER (dt = day AND after_7) END
        FROM calendar JOIN joined ON dt <= day AND dt > day - 30
        GROUP BY %2$s, day ORDER BY %5$s NULLS FIRST"""
            .formatted(shown, names, first, last, places.replace(", ", " NULLS FIRST, ")));
  }

  /** The rows of a query. */
  List<String> rows(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = duckDb.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        Object[] values = new Object[columns];
        for (int i = 0; i < columns; i++) {
          values[i] = result.getObject(i + 1);
        }
        rows.add(text(values));
      }
    }
    return rows;
  }

  /** Values as text, numbers to the last digit. */
  static String text(Object[] values) {
    return Arrays.stream(values)
        .map(
            value ->
                value instanceof BigDecimal decimal
                    ? decimal.toPlainString()
                    : String.valueOf(value))
        .collect(Collectors.joining(" | "));
  }

  @Override
  public void close() throws SQLException {
    duckDb.close();
  }
}
