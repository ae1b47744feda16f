package io.tidemark.reconciliation.compare;

import java.math.BigDecimal;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;

/** Of a metric whose total is known without its values. */
final class NoTotal implements Total {
  @Override
  public void add(InternalRow row) {}

  @Override
  public void add(Total other) {}

  @Override
  public Optional<Object> value() {
    return Optional.empty();
  }

  @Override
  public BigDecimal magnitude() {
    return BigDecimal.ZERO;
  }
}
