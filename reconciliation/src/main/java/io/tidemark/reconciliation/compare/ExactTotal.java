package io.tidemark.reconciliation.compare;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/**
 * An exact sum of integers or decimals. What fits 64 bits is added up in halves of 32 bits, which
 * no day's rows can overflow: those of one task are fewer than 2^31, and what they carry over goes
 * to the upper half when tasks are added up. Wider decimals are added up one by one.
 */
final class ExactTotal implements Total {
  private static final long LOW = 0xFFFFFFFFL;

  private final int column;
  private final boolean integers;
  private final int precision;
  private final int scale;
  private long values;
  private long high;
  private long low;
  private long negativeHigh;
  private long negativeLow;
  private BigDecimal wide = BigDecimal.ZERO;
  private BigDecimal wideSizes = BigDecimal.ZERO;

  /**
   * Of integers.
   *
   * @param column where they are in a row
   */
  ExactTotal(int column) {
    this(column, true, 0, 0);
  }

  /** Of decimals. */
  ExactTotal(int column, DecimalType type) {
    this(column, false, type.precision(), type.scale());
  }

  private ExactTotal(int column, boolean integers, int precision, int scale) {
    this.column = column;
    this.integers = integers;
    this.precision = precision;
    this.scale = scale;
  }

  @Override
  public void add(InternalRow row) {
    if (row.isNullAt(column)) {
      return;
    }
    values++;
    if (integers) {
      add(row.getLong(column));
      return;
    }
    Decimal value = row.getDecimal(column, precision, scale);
    if (precision <= Decimal.MAX_LONG_DIGITS()) {
      add(value.toUnscaledLong());
    } else {
      BigDecimal exact = value.toJavaBigDecimal();
      wide = wide.add(exact);
      wideSizes = wideSizes.add(exact.abs());
    }
  }

  private void add(long value) {
    high += value >> Integer.SIZE;
    low += value & LOW;
    if (value < 0) {
      negativeHigh += value >> Integer.SIZE;
      negativeLow += value & LOW;
    }
  }

  @Override
  public void add(Total other) {
    ExactTotal more = (ExactTotal) other;
    values += more.values;
    high += more.high + (more.low >> Integer.SIZE);
    low += more.low & LOW;
    negativeHigh += more.negativeHigh + (more.negativeLow >> Integer.SIZE);
    negativeLow += more.negativeLow & LOW;
    wide = wide.add(more.wide);
    wideSizes = wideSizes.add(more.wideSizes);
  }

  @Override
  public Optional<Object> value() {
    return values == 0 ? Optional.empty() : Optional.of(sum(high, low).add(wide));
  }

  /** The sum less twice its negative part, so that no value is negated: one has no opposite. */
  @Override
  public BigDecimal magnitude() {
    BigDecimal negative = sum(negativeHigh, negativeLow);
    return sum(high, low).subtract(negative).subtract(negative).add(wideSizes);
  }

  private BigDecimal sum(long highHalves, long lowHalves) {
    return new BigDecimal(
        BigInteger.valueOf(highHalves).shiftLeft(Integer.SIZE).add(BigInteger.valueOf(lowHalves)),
        scale);
  }
}
