package io.tidemark.tests.servers;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;

/**
 * Rows as text, the same whether Spark or Trino read them: with the type, and to the last digit.
 */
public final class Rendered {
  private Rendered() {}

  /** A row that Spark read, in a session with Java 8's times. */
  public static String row(Row row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      Object value = row.get(i);
      values.add(
          value instanceof scala.collection.Seq<?>
              ? row.getList(i).stream().map(Rendered::value).toList().toString()
              : value(value));
    }
    return String.join(" | ", values);
  }

  /** The row that Trino's result stands at. */
  static String row(ResultSet result) throws SQLException {
    ResultSetMetaData meta = result.getMetaData();
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      values.add(value(read(result, i, meta.getColumnTypeName(i).toLowerCase(Locale.ROOT))));
    }
    return String.join(" | ", values);
  }

  private static Object read(ResultSet result, int column, String type) throws SQLException {
    if (result.getObject(column) == null) {
      return null;
    }
    if (type.startsWith("timestamp") && type.endsWith("with time zone")) {
      return result.getTimestamp(column).toInstant();
    }
    if (type.startsWith("timestamp")) {
      return LocalDateTime.parse(result.getString(column).replace(' ', 'T'));
    }
    return switch (type) {
      case "date" -> LocalDate.parse(result.getString(column));
      case "varbinary" -> result.getBytes(column);
      default -> result.getObject(column);
    };
  }

  private static String value(Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof byte[] bytes) {
      return "binary " + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof BigDecimal decimal) {
      return "decimal " + decimal.toPlainString();
    }
    if (value instanceof Timestamp time) {
      return value(time.toInstant());
    }
    // Trino's driver has dates in arrays so.
    if (value instanceof Date date) {
      return value(date.toLocalDate());
    }
    if (value instanceof Array array) {
      try {
        return Arrays.stream((Object[]) array.getArray()).map(Rendered::value).toList().toString();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    if (value instanceof Instant
        || value instanceof LocalDateTime
        || value instanceof LocalDate
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof String) {
      return value.getClass().getSimpleName() + " " + value;
    }
    throw new IllegalArgumentException("no rendering of " + value.getClass());
  }
}
