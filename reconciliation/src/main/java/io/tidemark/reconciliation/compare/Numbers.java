package io.tidemark.reconciliation.compare;

import java.math.BigDecimal;

/** Numbers as the engine answers with them. */
final class Numbers {
  private Numbers() {}

  /** A sum over nothing is NULL; a sum of doubles may have left their range. */
  static BigDecimal of(Object value) {
    if (value == null) {
      return BigDecimal.ZERO;
    }
    if (value instanceof Double sum) {
      double finite = Double.isNaN(sum) ? 0 : sum;
      return BigDecimal.valueOf(Math.max(-Double.MAX_VALUE, Math.min(finite, Double.MAX_VALUE)));
    }
    return new BigDecimal(value.toString());
  }
}
