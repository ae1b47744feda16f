package io.tidemark.catalog.table;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;

/**
 * One field of a partitioning, as declared: a column, or a function of one.
 *
 * @param function how the column's value becomes a partition
 * @param width buckets, or characters; 0 for the functions that take none
 * @param column the column's name
 */
public record PartitionTerm(Function function, int width, String column) {
  /** The functions, in Iceberg's words. */
  public enum Function {
    IDENTITY,
    BUCKET,
    TRUNCATE,
    YEAR,
    MONTH,
    DAY,
    HOUR;

    private boolean takesWidth() {
      return this == BUCKET || this == TRUNCATE;
    }
  }

  /** The business day itself, by which the table of every job is partitioned first. */
  public static final PartitionTerm DT = new PartitionTerm(Function.IDENTITY, 0, "dt");

  private static final String COLUMN = "([a-z][a-z0-9_]*)";
  private static final Pattern PLAIN = Pattern.compile(COLUMN);
  private static final Pattern WIDE =
      Pattern.compile("(bucket|truncate)\\((\\d{1,6}), *" + COLUMN + "\\)");
  private static final Pattern NARROW =
      Pattern.compile("(year|month|day|hour)\\(" + COLUMN + "\\)");

  /** Reads {@code dt}, {@code bucket(16, user_id)}, {@code month(birthday)} and the like. */
  public static PartitionTerm parse(String text) {
    Matcher plain = PLAIN.matcher(text);
    if (plain.matches()) {
      return new PartitionTerm(Function.IDENTITY, 0, plain.group(1));
    }
    Matcher wide = WIDE.matcher(text);
    if (wide.matches() && Integer.parseInt(wide.group(2)) > 0) {
      return new PartitionTerm(
          function(wide.group(1)), Integer.parseInt(wide.group(2)), wide.group(3));
    }
    Matcher narrow = NARROW.matcher(text);
    if (narrow.matches()) {
      return new PartitionTerm(function(narrow.group(1)), 0, narrow.group(2));
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not a partition; write a column, bucket(N, column), truncate(N, column),"
            + " year(column), month(column), day(column) or hour(column)");
  }

  private static Function function(String name) {
    return Function.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /**
   * The term that a field of a table's partitioning stands for.
   *
   * @param column the name of the field's column
   */
  static PartitionTerm of(PartitionField field, String column) {
    String transform = field.transform().toString();
    int bracket = transform.indexOf('[');
    return bracket < 0
        ? new PartitionTerm(function(transform), 0, column)
        : new PartitionTerm(
            function(transform.substring(0, bracket)),
            Integer.parseInt(transform.substring(bracket + 1, transform.length() - 1)),
            column);
  }

  void addTo(PartitionSpec.Builder spec) {
    switch (function) {
      case IDENTITY -> spec.identity(column);
      case BUCKET -> spec.bucket(column, width);
      case TRUNCATE -> spec.truncate(column, width);
      case YEAR -> spec.year(column);
      case MONTH -> spec.month(column);
      case DAY -> spec.day(column);
      case HOUR -> spec.hour(column);
    }
  }

  Term term() {
    return switch (function) {
      case IDENTITY -> Expressions.ref(column);
      case BUCKET -> Expressions.bucket(column, width);
      case TRUNCATE -> Expressions.truncate(column, width);
      case YEAR -> Expressions.year(column);
      case MONTH -> Expressions.month(column);
      case DAY -> Expressions.day(column);
      case HOUR -> Expressions.hour(column);
    };
  }

  /** As it is declared. */
  @Override
  public String toString() {
    String name = function.name().toLowerCase(Locale.ROOT);
    if (function == Function.IDENTITY) {
      return column;
    }
    return function.takesWidth()
        ? name + "(" + width + ", " + column + ")"
        : name + "(" + column + ")";
  }
}
