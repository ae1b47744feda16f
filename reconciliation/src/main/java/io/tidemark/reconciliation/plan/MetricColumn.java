package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.Closeness;
import java.util.List;
import java.util.Optional;

/**
 * One metric of an aggregate as a reader sees it, and how two of its values are compared.
 *
 * @param name the column
 * @param type what its values are
 * @param scale digits after the point of {@link Type#EXACT} values
 * @param total aggregate function that shows the column in one value
 * @param closeness when two values count as equal, where that is declared
 */
public record MetricColumn(
    String name, Type type, int scale, String total, Optional<Closeness> closeness) {
  /** What a metric's values are, as far as comparing goes. */
  public enum Type {
    /** Integers: as exact as decimals, and added up without their cost. */
    WHOLE,
    /** Decimals whose sums fit a decimal: compared and added up exactly. */
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

  /** The metric of both sides, at a place in the list of metrics. */
  ComparedMetric compared(int place) {
    String stream = ComparedMetric.ofStream(place);
    String batch = ComparedMetric.ofBatch(place);
    String differs = "(NOT (in_stream AND in_batch) OR NOT %s)".formatted(equal(stream, batch));
    if (type == Type.ORDERED) {
      return new ComparedMetric(
          name,
          false,
          Sql.name(name),
          differs,
          "CAST(%s AS BIGINT)".formatted(differs),
          "FALSE",
          Optional.empty(),
          Optional.empty());
    }
    return new ComparedMetric(
        name,
        true,
        Sql.name(name),
        differs,
        "CASE WHEN %s THEN abs(%s - %s) ELSE 0 END"
            .formatted(differs, number(stream), number(batch)),
        type == Type.FLOATING
            ? "(NOT %s OR NOT %s)".formatted(finite(stream), finite(batch))
            : "FALSE",
        Optional.of(number(stream)),
        Optional.of(number(batch)));
  }

  /** The value as it is hashed: values that do not count as equal never give the same. */
  List<String> hashed() {
    return Quantised.of(Sql.name(name), type, closeness.orElse(standard()));
  }

  /** What is added up of one side. */
  SideTotal sideTotal() {
    return SideTotal.of(this);
  }

  private Closeness standard() {
    return type == Type.FLOATING ? new Closeness(NEARLY_EQUAL, 0) : Closeness.EXACT;
  }

  /** NULL equals NULL and NaN equals NaN: both sides say the same. -0.0 equals 0.0. */
  String equal(String a, String b) {
    String same = a + " <=> " + b;
    Closeness near = closeness.orElse(standard());
    if (type == Type.ORDERED || near.equals(Closeness.EXACT)) {
      return "(" + same + ")";
    }
    String apart = "CAST(abs(%s - %s) AS DOUBLE)".formatted(number(a), number(b));
    String larger = "CAST(greatest(abs(%s), abs(%s)) AS DOUBLE)".formatted(number(a), number(b));
    return "(%s OR (%s IS NOT NULL AND %s IS NOT NULL AND %s AND %s AND %s <= greatest(%sD * %s, %sD)))"
        .formatted(
            same, a, b, finite(a), finite(b), apart, near.relative(), larger, near.absolute());
  }

  /** The value as a number that can be added up: 0 stands for NULL, NaN and the infinities. */
  String number(String value) {
    return switch (type) {
      case WHOLE, EXACT -> "COALESCE(" + exact(value) + ", 0)";
      case WIDE -> "COALESCE(CAST(" + value + " AS DOUBLE), 0D)";
      case FLOATING ->
          "CASE WHEN %s THEN COALESCE(CAST(%s AS DOUBLE), 0D) ELSE 0D END"
              .formatted(finite(value), value);
      case ORDERED -> throw new IllegalStateException(name + " holds no numbers");
    };
  }

  /** Spark orders NaN above infinity. NULL counts as finite: it is no number that breaks a sum. */
  private String finite(String value) {
    return type == Type.FLOATING
        ? "COALESCE(abs(CAST(%s AS DOUBLE)) < DOUBLE('Infinity'), TRUE)".formatted(value)
        : "TRUE";
  }

  /** Also integers: the sum of a day's counts may exceed a bigint where no single count does. */
  String exact(String value) {
    return "CAST(%s AS DECIMAL(%d, %d))".formatted(value, EXACT_DIGITS, scale);
  }
}
