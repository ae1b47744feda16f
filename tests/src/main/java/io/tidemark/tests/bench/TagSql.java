package io.tidemark.tests.bench;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;

/**
 * The sides that join daily rows with tags and group them, and what the rows come to: Spark reads
 * the tables as they are, DuckDB their Parquet files, with as many threads as there are cores.
 *
 * @param tables what is read
 * @param scratch where DuckDB may put what memory does not hold
 */
record TagSql(TagTables tables, Path scratch) {
  /** Checksums by set, from Spark. */
  List<List<Long>> bySpark(TagQuestion question) {
    String rows =
        question.query(
            tables.lake().identifier(TagTables.DAILY), tables.lake().identifier(TagTables.TAGS));
    String dayNumber = "datediff(dt, DATE'" + tables.firstDay() + "')";
    return tables.lake().spark().sql(question.checksums(rows, dayNumber)).collectAsList().stream()
        .map(TagSql::numbers)
        .toList();
  }

  private static List<Long> numbers(Row row) {
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      numbers.add(row.getLong(i));
    }
    return numbers;
  }

  /** Checksums by set, from DuckDB. */
  List<List<Long>> byDuckDb(TagQuestion question) {
    String rows =
        question.query(
            files(tables.lake().load(TagTables.DAILY)), files(tables.lake().load(TagTables.TAGS)));
    String dayNumber = "datediff('day', DATE '" + tables.firstDay() + "', dt)";
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("SET threads = " + Runtime.getRuntime().availableProcessors());
      statement.execute("SET memory_limit = '6GB'");
      statement.execute("SET temp_directory = '" + scratch + "'");
      try (ResultSet found = statement.executeQuery(question.checksums(rows, dayNumber))) {
        List<List<Long>> sums = new ArrayList<>();
        while (found.next()) {
          List<Long> numbers = new ArrayList<>();
          for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
            numbers.add(found.getLong(i));
          }
          sums.add(numbers);
        }
        return sums;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB did not answer", e);
    }
  }

  private static String files(Table table) {
    return TagTables.files(table).stream()
        .map(file -> "'" + Path.of(URI.create(uri(file.location()))) + "'")
        .collect(Collectors.joining(", ", "read_parquet([", "])"));
  }

  private static String uri(String location) {
    return location.startsWith("/") ? "file://" + location : location;
  }
}
