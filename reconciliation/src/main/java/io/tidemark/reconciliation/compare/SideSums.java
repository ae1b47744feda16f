package io.tidemark.reconciliation.compare;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/** How many rows a side has, and what its columns add up to. */
final class SideSums implements Serializable {
  private long rows;
  private final Total[] totals;

  SideSums(List<Total> totals) {
    this.totals = totals.toArray(Total[]::new);
  }

  void add(InternalRow row) {
    rows++;
    for (Total total : totals) {
      total.add(row);
    }
  }

  void add(SideSums other) {
    rows += other.rows;
    for (int i = 0; i < totals.length; i++) {
      totals[i].add(other.totals[i]);
    }
  }

  long rows() {
    return rows;
  }

  Total total(int place) {
    return totals[place];
  }
}
