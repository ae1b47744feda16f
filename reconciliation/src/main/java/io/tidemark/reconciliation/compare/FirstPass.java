package io.tidemark.reconciliation.compare;

import io.tidemark.reconciliation.plan.GroupPass;
import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.sql.Row;

/** The one row that {@link GroupPass#sql} answers with. */
record FirstPass(Row row) {
  long streamRows() {
    return row.getLong(0);
  }

  long batchRows() {
    return row.getLong(1);
  }

  long groups() {
    return row.getLong(2);
  }

  /** Rows of both sides in groups that differ. */
  long rowsApart() {
    return row.getLong(3);
  }

  List<Integer> groupsApart() {
    return row.getList(4);
  }

  String streamTotal(int metric) {
    return row.getString(at(metric));
  }

  String batchTotal(int metric) {
    return row.getString(at(metric) + 1);
  }

  BigDecimal magnitude(int metric) {
    return Numbers.of(row.get(at(metric) + 2));
  }

  private static int at(int metric) {
    return GroupPass.FIRST_METRIC + metric * GroupPass.NUMBERS_PER_METRIC;
  }
}
