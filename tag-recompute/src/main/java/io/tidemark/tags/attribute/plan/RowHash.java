package io.tidemark.tags.attribute.plan;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;

/**
 * A number that two rows share, as good as only, when they hold the same. That of a result is the
 * sum over its rows, whose order then does not matter. Floating values are left out: they may
 * differ in their last bits by the order of adding.
 */
public final class RowHash {
  private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;

  private RowHash() {}

  /** The hash of a row's values: texts, numbers, days, booleans and NULLs. */
  public static long of(Object[] row) {
    long hash = 1;
    for (Object value : row) {
      if (!(value instanceof Double)) {
        hash = mix(hash * PRIME + number(value));
      }
    }
    return hash;
  }

  private static long number(Object value) {
    if (value == null) {
      return 0x6E75_6C6CL;
    }
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    if (value instanceof LocalDate day) {
      return day.toEpochDay();
    }
    if (value instanceof BigDecimal decimal) {
      BigInteger unscaled = decimal.unscaledValue();
      return mix(unscaled.shiftRight(Long.SIZE).longValue()) + unscaled.longValue();
    }
    if (value instanceof Boolean flag) {
      return flag ? 2 : 1;
    }
    return text(value.toString());
  }

  private static long text(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = hash * PRIME + text.charAt(i);
    }
    return mix(hash);
  }

  private static long mix(long bits) {
    long mixed = (bits ^ bits >>> 32) * 0xBF58_476D_1CE4_E5B9L;
    return mixed ^ mixed >>> 29;
  }
}
