package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.Sql;

/**
 * One metric of an aggregate as a reader sees it, and how two of its values are compared.
 *
 * @param name the column
 * @param type what its values are
 * @param scale digits after the point of {@link Type#EXACT} values
 * @param total aggregate function that shows the column in one value
 */
public record MetricColumn(String name, Type type, int scale, String total) {
  /** What a metric's values are, as far as comparing goes. */
  public enum Type {
    /** Integers and decimals whose sums fit a decimal: compared and added up exactly. */
    EXACT,
    /** Decimals so wide that a sum might not fit: compared exactly, their distance as doubles. */
    WIDE,
    /** Doubles: equal when they are as good as equal. */
    FLOATING,
    /** Times, dates, texts: equal or not; the distance of two of them says nothing. */
    ORDERED
  }

  /**
   * Doubles closer than this, relative to the larger, are equal. Adding the same million doubles in
   * another order moves the last digits by about 1e-10 at most, and stream and batch never add in
   * the same order; anything a person could act on is larger.
   */
  static final double NEARLY_EQUAL = 1e-9;

  /**
   * A decimal of at most this many digits can be subtracted, and 10^10 of them added up, exactly.
   */
  public static final int EXACT_DIGITS = 27;

  /** The metric in a join, by the column of its name on both sides. */
  ComparedMetric compared() {
    String stream = "m." + Sql.name(name);
    String batch = "o." + Sql.name(name);
    String missing = "(m.present__ IS NULL OR o.present__ IS NULL)";
    String differs = "(%s OR NOT %s)".formatted(missing, equal(stream, batch));
    if (type == Type.ORDERED) {
      return new ComparedMetric(
          name,
          false,
          text(stream),
          text(batch),
          differs,
          "CAST(%s AS BIGINT)".formatted(differs),
          "1L",
          "FALSE",
          text(total + "(" + stream + ")"),
          text(total + "(" + batch + ")"));
    }
    return new ComparedMetric(
        name,
        true,
        text(stream),
        text(batch),
        differs,
        "CASE WHEN %s THEN abs(%s - %s) ELSE 0 END"
            .formatted(differs, number(stream), number(batch)),
        "abs(" + number(batch) + ")",
        type == Type.FLOATING
            ? "(NOT %s OR NOT %s)".formatted(finite(stream), finite(batch))
            : "FALSE",
        sum(stream),
        sum(batch));
  }

  /** NULL equals NULL and NaN equals NaN: both sides say the same. -0.0 equals 0.0. */
  String equal(String a, String b) {
    String same = a + " <=> " + b;
    if (type != Type.FLOATING) {
      return "(" + same + ")";
    }
    return "(%s OR (%s IS NOT NULL AND %s IS NOT NULL AND %s AND %s AND abs(%s - %s) <= %s * greatest(abs(%s), abs(%s))))"
        .formatted(
            same,
            a,
            b,
            finite(a),
            finite(b),
            number(a),
            number(b),
            NEARLY_EQUAL + "D",
            number(a),
            number(b));
  }

  /** The value as a number that can be added up: 0 stands for NULL, NaN and the infinities. */
  String number(String value) {
    return switch (type) {
      case EXACT -> "COALESCE(" + exact(value) + ", 0)";
      case WIDE -> "COALESCE(CAST(" + value + " AS DOUBLE), 0D)";
      case FLOATING ->
          "CASE WHEN %s THEN COALESCE(CAST(%s AS DOUBLE), 0D) ELSE 0D END"
              .formatted(finite(value), value);
      case ORDERED -> throw new IllegalStateException(name + " holds no numbers");
    };
  }

  /** Spark orders NaN above infinity. NULL counts as finite: it is no number that breaks a sum. */
  private static String finite(String value) {
    return "COALESCE(abs(CAST(%s AS DOUBLE)) < DOUBLE('Infinity'), TRUE)".formatted(value);
  }

  private String sum(String value) {
    return text(
        type == Type.EXACT ? "SUM(" + exact(value) + ")" : "SUM(CAST(" + value + " AS DOUBLE))");
  }

  /** Also integers: the sum of a day's counts may exceed a bigint where no single count does. */
  private String exact(String value) {
    return "CAST(%s AS DECIMAL(%d, %d))".formatted(value, EXACT_DIGITS, scale);
  }

  private static String text(String value) {
    return "CAST(" + value + " AS STRING)";
  }
}
