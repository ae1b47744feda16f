package io.tidemark.reconciliation;

import io.tidemark.reconciliation.plan.Measure;
import io.tidemark.reconciliation.plan.SideBySide;
import java.math.BigDecimal;
import org.apache.spark.sql.Row;

/** The one row that {@link SideBySide#summary} answers with. */
record Summary(Row row) {
  long keys() {
    return row.getLong(0);
  }

  String streamTotal(int metric) {
    return row.getString(first(metric));
  }

  String batchTotal(int metric) {
    return row.getString(first(metric) + 1);
  }

  Measure measure(int metric) {
    int at = first(metric);
    return new Measure(
        number(row.get(at + 2)),
        number(row.get(at + 3)),
        keys(),
        row.getLong(at + 4),
        row.getLong(at + 5),
        row.getLong(at + 6));
  }

  private static int first(int metric) {
    return 1 + metric * SideBySide.NUMBERS_PER_METRIC;
  }

  /** A sum over no key is NULL; a sum of doubles may have left their range. */
  private static BigDecimal number(Object value) {
    if (value == null) {
      return BigDecimal.ZERO;
    }
    if (value instanceof Double sum) {
      return BigDecimal.valueOf(Math.min(sum, Double.MAX_VALUE));
    }
    return new BigDecimal(value.toString());
  }
}
