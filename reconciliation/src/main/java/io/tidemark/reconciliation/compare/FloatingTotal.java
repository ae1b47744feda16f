package io.tidemark.reconciliation.compare;

import java.math.BigDecimal;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;

/** A sum of doubles. NaN and the infinities have no size. */
final class FloatingTotal implements Total {
  private final int column;
  private boolean any;
  private double sum;
  private double sizes;

  FloatingTotal(int column) {
    this.column = column;
  }

  @Override
  public void add(InternalRow row) {
    if (row.isNullAt(column)) {
      return;
    }
    double value = row.getDouble(column);
    any = true;
    sum += value;
    if (Double.isFinite(value)) {
      sizes += Math.abs(value);
    }
  }

  @Override
  public void add(Total other) {
    FloatingTotal more = (FloatingTotal) other;
    any |= more.any;
    sum += more.sum;
    sizes += more.sizes;
  }

  @Override
  public Optional<Object> value() {
    return any ? Optional.of(sum) : Optional.empty();
  }

  @Override
  public BigDecimal magnitude() {
    return Numbers.of(sizes);
  }
}
