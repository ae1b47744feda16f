package io.tidemark.reconciliation.history;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.apache.spark.sql.Row;

/**
 * A row of a table that may be of an older version: a column it does not have is {@code null}, as
 * one without a value.
 */
record OpsRow(Row row) {
  private Object value(String column) {
    String[] names = row.schema().fieldNames();
    int index = Arrays.asList(names).indexOf(column);
    return index < 0 ? null : row.get(index);
  }

  String text(String column) {
    Object value = value(column);
    return value == null ? null : value.toString();
  }

  /** The text, or another when there is none. */
  String text(String column, String otherwise) {
    String text = text(column);
    return text == null ? otherwise : text;
  }

  Long number(String column) {
    return value(column) instanceof Number number ? Long.valueOf(number.longValue()) : null;
  }

  long number(String column, long otherwise) {
    Long number = number(column);
    return number == null ? otherwise : number;
  }

  Double real(String column) {
    return value(column) instanceof Number number ? Double.valueOf(number.doubleValue()) : null;
  }

  boolean flag(String column) {
    return Boolean.TRUE.equals(value(column));
  }

  LocalDate date(String column) {
    return value(column) instanceof LocalDate date ? date : null;
  }

  Instant time(String column) {
    return value(column) instanceof Instant instant ? instant : null;
  }
}
