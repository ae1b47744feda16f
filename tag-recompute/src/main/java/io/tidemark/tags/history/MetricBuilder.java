package io.tidemark.tags.history;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.BitSet;

/** Gathers the values of a metric, one for each user-day, in their order. */
final class MetricBuilder {
  private final MetricType type;
  private long[] high;
  private long[] low = new long[16];
  private BitSet nulls = new BitSet();
  private int count;

  MetricBuilder(MetricType type) {
    this.type = type;
    this.high = new long[type.isWide() ? low.length : 0];
  }

  /**
   * Adds a value as rows have it.
   *
   * @param value a number, or {@code null} for NULL
   * @throws ArithmeticException when the type does not hold it
   */
  void add(Object value) {
    if (value == null) {
      nulls.set(count);
      append(0, 0);
    } else if (type.kind() == MetricType.Kind.DOUBLE) {
      append(0, Double.doubleToRawLongBits(((Number) value).doubleValue()));
    } else if (type.kind() == MetricType.Kind.INTEGER) {
      append(0, whole(value));
    } else {
      addUnscaled(unscaled(value));
    }
  }

  private static long whole(Object value) {
    return value instanceof BigDecimal decimal
        ? decimal.longValueExact()
        : ((Number) value).longValue();
  }

  private BigInteger unscaled(Object value) {
    BigDecimal decimal =
        value instanceof BigDecimal exact
            ? exact
            : BigDecimal.valueOf(((Number) value).longValue());
    BigDecimal scaled = decimal.setScale(type.scale());
    if (scaled.precision() > type.precision()) {
      throw new ArithmeticException(value + " is no " + type);
    }
    return scaled.unscaledValue();
  }

  private void addUnscaled(BigInteger unscaled) {
    append(type.isWide() ? unscaled.shiftRight(Long.SIZE).longValue() : 0, unscaled.longValue());
  }

  /** Adds one of other values of the same type. */
  void add(MetricValues from, int userDay) {
    if (from.nulls().get(userDay)) {
      nulls.set(count);
      append(0, 0);
      return;
    }
    if (from instanceof MetricValues.Whole whole) {
      append(0, whole.values()[userDay]);
    } else if (from instanceof MetricValues.Wide wide) {
      append(wide.high()[userDay], wide.low()[userDay]);
    } else if (from instanceof MetricValues.Doubles doubles) {
      append(0, Double.doubleToRawLongBits(doubles.values()[userDay]));
    }
  }

  /** Takes the last value back. */
  void removeLast() {
    nulls.clear(--count);
  }

  private void append(long upper, long lower) {
    if (count == low.length) {
      low = Arrays.copyOf(low, 2 * count);
      high = type.isWide() ? Arrays.copyOf(high, 2 * count) : high;
    }
    if (type.isWide()) {
      high[count] = upper;
    }
    low[count++] = lower;
  }

  /** The values so far; the next ones start anew. */
  MetricValues build() {
    BitSet missing = nulls;
    long[] values = Arrays.copyOf(low, count);
    long[] upper = Arrays.copyOf(high, type.isWide() ? count : 0);
    nulls = new BitSet();
    count = 0;
    if (type.kind() == MetricType.Kind.DOUBLE) {
      return new MetricValues.Doubles(
          Arrays.stream(values).mapToDouble(Double::longBitsToDouble).toArray(), missing);
    }
    return type.isWide()
        ? new MetricValues.Wide(upper, values, missing)
        : new MetricValues.Whole(values, missing);
  }
}
