package io.tidemark.jobs.spec;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scalar SQL type that a message's column can have.
 *
 * @param base the type's family
 * @param precision digits in all, 0 unless decimal
 * @param scale digits after the point, 0 unless decimal
 */
public record ColumnType(Base base, int precision, int scale) implements Serializable {
  /** The families of types that can be declared. */
  public enum Base {
    STRING,
    BOOLEAN,
    INT,
    BIGINT,
    DOUBLE,
    DECIMAL,
    DATE,
    TIMESTAMP
  }

  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}),\\s*(\\d{1,2})\\)");

  public ColumnType {
    if (base == Base.DECIMAL && (precision < 1 || precision > 38 || scale > precision)) {
      throw new IllegalArgumentException(
          "decimal("
              + precision
              + ","
              + scale
              + ") is not a type; use a precision from 1 to 38 and a scale up to the precision");
    }
  }

  /** Reads {@code bigint}, {@code decimal(10,2)} and the like. */
  public static ColumnType parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    Matcher decimal = DECIMAL.matcher(lower);
    if (decimal.matches()) {
      return new ColumnType(
          Base.DECIMAL, Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    for (Base base : Base.values()) {
      if (base != Base.DECIMAL && base.name().toLowerCase(Locale.ROOT).equals(lower)) {
        return new ColumnType(base, 0, 0);
      }
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not a type; use string, boolean, int, bigint, double, decimal(p,s), date or"
            + " timestamp");
  }

  /** The type as Spark SQL spells it. */
  public String sql() {
    String name = base.name().toLowerCase(Locale.ROOT);
    return base == Base.DECIMAL ? name + "(" + precision + "," + scale + ")" : name;
  }
}
