package io.tidemark.tags.history;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * A metric's values, one for each user-day of a block, in their order. A user-day without a value
 * (NULL) is in {@code nulls}, and its place holds 0: whoever adds values up need not ask.
 *
 * <p>Arrays and sets are shared, not copied; arrays may be longer than {@link #count}.
 */
public sealed interface MetricValues {
  /** User-days whose value is NULL. */
  BitSet nulls();

  /** How many user-days there are, those without a value too. */
  int count();

  /**
   * A value as rows have it: a {@code Long}, a {@code BigDecimal} or a {@code Double}; {@code null}
   * for NULL.
   */
  default Object value(MetricType type, int userDay) {
    if (nulls().get(userDay)) {
      return null;
    }
    if (this instanceof Whole whole) {
      long value = whole.values()[userDay];
      return type.kind() == MetricType.Kind.DECIMAL
          ? BigDecimal.valueOf(value, type.scale())
          : (Object) value;
    }
    if (this instanceof Wide wide) {
      BigInteger low = new BigInteger(Long.toUnsignedString(wide.low()[userDay]));
      return new BigDecimal(
          BigInteger.valueOf(wide.high()[userDay]).shiftLeft(Long.SIZE).or(low), type.scale());
    }
    return ((Doubles) this).values()[userDay];
  }

  /** Whether a value is the same as another of the same type, to the last bit; NULL is as NULL. */
  default boolean sameAs(int userDay, MetricValues other, int otherDay) {
    boolean isNull = nulls().get(userDay);
    if (isNull || other.nulls().get(otherDay)) {
      return isNull && other.nulls().get(otherDay);
    }
    if (this instanceof Whole whole) {
      return whole.values()[userDay] == ((Whole) other).values()[otherDay];
    }
    if (this instanceof Wide wide) {
      return wide.high()[userDay] == ((Wide) other).high()[otherDay]
          && wide.low()[userDay] == ((Wide) other).low()[otherDay];
    }
    return Double.doubleToRawLongBits(((Doubles) this).values()[userDay])
        == Double.doubleToRawLongBits(((Doubles) other).values()[otherDay]);
  }

  /** So many values that are all NULL. */
  static MetricValues absent(MetricType type, int count) {
    BitSet nulls = new BitSet(count);
    nulls.set(0, count);
    if (type.kind() == MetricType.Kind.DOUBLE) {
      return new Doubles(new double[count], nulls);
    }
    return type.isWide()
        ? new Wide(new long[count], new long[count], nulls)
        : new Whole(new long[count], nulls);
  }

  /** Integers, and decimals of up to 18 digits as unscaled values. */
  record Whole(long[] values, int count, BitSet nulls) implements MetricValues {
    public Whole {
      check(values.length, count, nulls, at -> values[at] == 0);
    }

    /** As many values as the array holds. */
    public Whole(long[] values, BitSet nulls) {
      this(values, values.length, nulls);
    }
  }

  /** Decimals of more than 18 digits: unscaled values of 128 bits, in two's complement. */
  record Wide(long[] high, long[] low, int count, BitSet nulls) implements MetricValues {
    public Wide {
      check(Math.min(high.length, low.length), count, nulls, at -> (high[at] | low[at]) == 0);
    }

    /** As many values as the arrays hold. */
    public Wide(long[] high, long[] low, BitSet nulls) {
      this(high, low, low.length, nulls);
    }
  }

  /** Floating values, to the last bit: NaN with its payload, -0.0 and 0.0 apart. */
  record Doubles(double[] values, int count, BitSet nulls) implements MetricValues {
    public Doubles {
      check(values.length, count, nulls, at -> values[at] == 0);
    }

    /** As many values as the array holds. */
    public Doubles(double[] values, BitSet nulls) {
      this(values, values.length, nulls);
    }
  }

  private static void check(int length, int count, BitSet nulls, IntPredicate isZero) {
    if (count < 0 || count > length) {
      throw new IllegalArgumentException(count + " values in an array of " + length);
    }
    for (int at = nulls.nextSetBit(0); at >= 0 && at < count; at = nulls.nextSetBit(at + 1)) {
      if (!isZero.test(at)) {
        throw new IllegalArgumentException("the place of a NULL, " + at + ", does not hold 0");
      }
    }
  }
}
