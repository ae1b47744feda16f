package io.tidemark.reconciliation.explain;

import io.tidemark.reconciliation.compare.Numbers;
import io.tidemark.reconciliation.plan.Balance;
import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.plan.CauseMetric;
import io.tidemark.reconciliation.plan.CausePart;
import io.tidemark.reconciliation.plan.CauseSql;
import io.tidemark.reconciliation.plan.Explanation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** Turns the events of keys into their causes, and adds up what each cause contributes. */
final class Answers {
  private static final String EVENTS = "explain_answered_events";
  private static final String VIEW = "explain_answers";

  private final SparkSession spark;

  Answers(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * The causes of the keys.
   *
   * @param events view of what happened to them
   * @param differing view of the keys
   * @param kept frames that the answer is computed from
   */
  Explained of(CauseSql sql, String events, String differing, List<Dataset<Row>> kept) {
    // The answers look at the events twice, which are the end of a long computation.
    Dataset<Row> happened = spark.table(events).persist(StorageLevel.MEMORY_AND_DISK());
    happened.createOrReplaceTempView(EVENTS);
    Dataset<Row> answers =
        spark.sql(sql.answers(EVENTS, differing)).persist(StorageLevel.MEMORY_AND_DISK());
    answers.createOrReplaceTempView(VIEW);
    List<Row> totals = spark.sql(sql.totals(VIEW, differing)).collectAsList();
    List<Dataset<Row>> all = new ArrayList<>(kept);
    all.add(happened);
    all.add(answers);
    return new Explained(explanation(sql, totals), spark.sql(sql.perKey(VIEW)), all);
  }

  private static Explanation explanation(CauseSql sql, List<Row> totals) {
    List<CausePart> parts = new ArrayList<>();
    for (int i = 0; i < sql.metrics().size(); i++) {
      CauseMetric metric = sql.metrics().get(i);
      List<CausePart> found = new ArrayList<>();
      BigDecimal difference = BigDecimal.ZERO;
      for (Row row : totals) {
        long keys = row.getLong(1 + 2 * i);
        BigDecimal part = Numbers.of(row.getString(2 + 2 * i));
        if (row.isNullAt(0)) {
          difference = part;
        } else if (keys > 0) {
          found.add(new CausePart(metric.name(), Cause.of(row.getString(0)), keys, part));
        }
      }
      found.sort(Comparator.comparing(CausePart::cause));
      parts.addAll(Balance.of(metric, found, difference));
    }
    return new Explanation(parts);
  }
}
