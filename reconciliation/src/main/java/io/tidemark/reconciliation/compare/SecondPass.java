package io.tidemark.reconciliation.compare;

import io.tidemark.reconciliation.plan.SideBySide;
import java.math.BigDecimal;
import java.util.Collections;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The one row that {@link SideBySide#summary} answers with. */
record SecondPass(Row row) {
  /** What is true when no key differs. */
  static SecondPass ofNoKey(int metrics) {
    int numbers = SideBySide.NUMBERS_OF_KEYS + metrics * SideBySide.NUMBERS_PER_METRIC;
    return new SecondPass(RowFactory.create(Collections.nCopies(numbers, 0L).toArray()));
  }

  long keys() {
    return row.getLong(0);
  }

  long inStream() {
    return row.getLong(1);
  }

  long inBatch() {
    return row.getLong(2);
  }

  /** How many rows the stream has of these keys beyond one each. */
  long streamExtra() {
    return row.getLong(3);
  }

  long batchExtra() {
    return row.getLong(4);
  }

  BigDecimal distance(int metric) {
    return Numbers.of(row.get(at(metric)));
  }

  BigDecimal net(int metric) {
    return Numbers.of(row.get(at(metric) + 1));
  }

  long differing(int metric) {
    return row.getLong(at(metric) + 2);
  }

  long silent(int metric) {
    return row.getLong(at(metric) + 3);
  }

  long broken(int metric) {
    return row.getLong(at(metric) + 4);
  }

  private static int at(int metric) {
    return SideBySide.NUMBERS_OF_KEYS + metric * SideBySide.NUMBERS_PER_METRIC;
  }
}
