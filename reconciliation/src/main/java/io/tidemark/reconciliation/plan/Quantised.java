package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.spec.Closeness;
import io.tidemark.reconciliation.plan.MetricColumn.Type;
import java.util.List;

/**
 * Values as they are hashed, as SQL. Two values with the same result count as equal; two that count
 * as equal have the same result unless a border of the grid lies between them, which costs a look
 * at the rows and nothing else.
 *
 * <p>A relative grid keeps the first bits of a double: adding and subtracting a multiple of 2^s
 * times the value rounds the last s bits away, exactly, without a look at the exponent. An absolute
 * grid gives the middle of its cell. Neither is used where a double could not hold it: for huge
 * values, the infinities and NaN the value itself is hashed.
 */
final class Quantised {
  private static final int DOUBLE_BITS = 53;
  private static final String HUGE = "1e290D";
  private static final double WHOLE_IN_A_DOUBLE = 4503599627370496D;

  private Quantised() {}

  /** The expressions that stand for a column in a hash. */
  static List<String> of(String column, Type type, Closeness near) {
    if (type == Type.ORDERED || near.equals(Closeness.EXACT)) {
      return List.of(type == Type.FLOATING ? plain(column) : column);
    }
    if (type == Type.FLOATING) {
      return List.of(grid(plain(column), near));
    }
    String number = "CAST(" + column + " AS DOUBLE)";
    return List.of(
        grid(number, near),
        "CASE WHEN abs(%s) >= %sD THEN %s END".formatted(number, finest(near), column));
  }

  /**
   * From which size on a double, or the grid, cannot tell neighbours apart that a decimal can:
   * there the value itself is added.
   */
  private static double finest(Closeness near) {
    if (near.relative() > 0 && bits(near.relative()) >= DOUBLE_BITS) {
      return 0;
    }
    return near.absolute() > 0
        ? Math.min(1, near.absolute() / 2) * WHOLE_IN_A_DOUBLE
        : WHOLE_IN_A_DOUBLE;
  }

  /** -0.0 becomes 0.0. */
  private static String plain(String column) {
    return "(CAST(" + column + " AS DOUBLE) + 0D)";
  }

  private static String grid(String x, Closeness near) {
    String relative = near.relative() > 0 ? relative(x, near.relative()) : x;
    if (near.absolute() == 0) {
      return relative;
    }
    String absolute = absolute(x, near.absolute());
    String byValue =
        near.relative() > 0
            ? "CASE WHEN abs(%s) * %sD > %sD THEN %s ELSE %s END"
                .formatted(x, near.relative(), near.absolute(), relative, absolute)
            : absolute;
    return byValue;
  }

  private static String relative(String x, double share) {
    int bits = bits(share);
    if (bits >= DOUBLE_BITS) {
      return x;
    }
    String c = "(%s * %sD)".formatted(x, Math.pow(2, DOUBLE_BITS - Math.max(bits, 1)) + 1);
    return "CASE WHEN abs(%1$s) >= %3$s THEN %1$s ELSE (%2$s - (%2$s - %1$s)) + 0D END"
        .formatted(x, c, HUGE);
  }

  /** A cell is 2^-(bits - 1) of the power of two below the value at its widest. */
  private static int bits(double share) {
    return 1 + (int) Math.ceil(-Math.log(share) / Math.log(2));
  }

  private static String absolute(String x, double width) {
    if (width / 2 < Double.MIN_NORMAL) {
      return x; // Half of it is 0, or has too few digits to tell two cells apart.
    }
    // Half of the width: neighbours of one cell are closer than what is allowed, rounding included.
    String cell = "(%s / %sD)".formatted(x, width / 2);
    return "CASE WHEN abs(%1$s) < %4$sD THEN (CAST(floor(%1$s) AS DOUBLE) + 0.5D) * %3$sD ELSE %2$s END"
        .formatted(cell, x, width / 2, WHOLE_IN_A_DOUBLE);
  }
}
