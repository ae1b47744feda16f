package io.tidemark.reconciliation.compare;

import java.math.BigDecimal;

/** Numbers as the engine answers with them. */
public final class Numbers {
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Double.MAX_VALUE);

  private Numbers() {}

  /**
   * The number, also of its text. A sum over nothing is NULL, which is 0; a sum of doubles that has
   * left their range is the largest of them, and 0 where it is NaN, two such sums apart.
   */
  public static BigDecimal of(Object value) {
    if (value == null) {
      return BigDecimal.ZERO;
    }
    String text = value.toString();
    return switch (text) {
      case "NaN" -> BigDecimal.ZERO;
      case "Infinity" -> LARGEST;
      case "-Infinity" -> LARGEST.negate();
      default -> new BigDecimal(text);
    };
  }
}
