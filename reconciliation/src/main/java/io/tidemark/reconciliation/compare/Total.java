package io.tidemark.reconciliation.compare;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;

/** Adds up one column of rows, some here and some there. */
interface Total extends Serializable {
  /** Takes a row in. */
  void add(InternalRow row);

  /** Takes in what a total of the same kind has of other rows. */
  void add(Total other);

  /** The total in the engine's own form; nothing when there was no value. */
  Optional<Object> value();

  /** The sum of the values' sizes; 0 where values have none. */
  BigDecimal magnitude();
}
