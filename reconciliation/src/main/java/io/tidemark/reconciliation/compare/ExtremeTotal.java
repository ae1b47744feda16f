package io.tidemark.reconciliation.compare;

import java.math.BigDecimal;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.TypeUtils;
import org.apache.spark.sql.types.DataType;
import scala.math.Ordering;

/** The smallest or the largest of values of any type that has an order. */
final class ExtremeTotal implements Total {
  private final int column;
  private final DataType type;
  private final boolean largest;
  private transient Ordering<Object> order;
  private Object extreme;

  ExtremeTotal(int column, DataType type, boolean largest) {
    this.column = column;
    this.type = type;
    this.largest = largest;
  }

  @Override
  public void add(InternalRow row) {
    if (!row.isNullAt(column)) {
      take(row.get(column, type));
    }
  }

  @Override
  public void add(Total other) {
    Object theirs = ((ExtremeTotal) other).extreme;
    if (theirs != null) {
      take(theirs);
    }
  }

  /** The engine uses a row's memory again for the next: what is kept is copied. */
  private void take(Object value) {
    if (extreme == null || (largest ? compare(value, extreme) : compare(extreme, value)) > 0) {
      extreme = InternalRow.copyValue(value);
    }
  }

  private int compare(Object a, Object b) {
    if (order == null) {
      order = TypeUtils.getInterpretedOrdering(type);
    }
    return order.compare(a, b);
  }

  /** In the engine's own form. */
  @Override
  public Optional<Object> value() {
    return Optional.ofNullable(extreme);
  }

  @Override
  public BigDecimal magnitude() {
    return BigDecimal.ZERO;
  }
}
