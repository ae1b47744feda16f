package io.tidemark.tags.history;

import java.io.Serializable;

/**
 * What a metric's values are.
 *
 * @param kind the family
 * @param precision digits in all, 0 unless decimal
 * @param scale digits after the point, 0 unless decimal
 */
public record MetricType(Kind kind, int precision, int scale) implements Serializable {
  /** The families. */
  public enum Kind {
    /** 64 bits, signed. */
    INTEGER,
    /** Up to 38 digits. */
    DECIMAL,
    /** IEEE 754, 64 bits. */
    DOUBLE
  }

  /** Digits of a decimal whose unscaled value always fits 64 bits. */
  private static final int LONG_DIGITS = 18;

  /** Digits that a decimal has at most. */
  public static final int MAX_DIGITS = 38;

  /** Digits that a sum has more than its values, as in SQL. */
  private static final int MORE_DIGITS = 10;

  public static final MetricType INTEGER = new MetricType(Kind.INTEGER, 0, 0);
  public static final MetricType DOUBLE = new MetricType(Kind.DOUBLE, 0, 0);

  public MetricType {
    boolean right =
        kind == Kind.DECIMAL
            ? precision >= 1 && precision <= MAX_DIGITS && scale >= 0 && scale <= precision
            : precision == 0 && scale == 0;
    if (!right) {
      throw new IllegalArgumentException(
          "decimal("
              + precision
              + ","
              + scale
              + ") is not a type; use a precision from 1 to 38 and a scale up to the precision");
    }
  }

  public static MetricType decimal(int precision, int scale) {
    return new MetricType(Kind.DECIMAL, precision, scale);
  }

  /** Whether values need 128 bits. */
  public boolean isWide() {
    return kind == Kind.DECIMAL && precision > LONG_DIGITS;
  }

  /** The type of a sum of such values, as in SQL: for a decimal with more digits. */
  public MetricType ofSum() {
    return kind == Kind.DECIMAL
        ? decimal(Math.min(MAX_DIGITS, precision + MORE_DIGITS), scale)
        : this;
  }

  /** The type as Spark SQL spells it. */
  @Override
  public String toString() {
    return switch (kind) {
      case INTEGER -> "bigint";
      case DOUBLE -> "double";
      case DECIMAL -> "decimal(" + precision + "," + scale + ")";
    };
  }
}
