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
import org.apache.spark.sql.Row;

/** Turns the events of keys into their causes, and adds up what each cause contributes. */
final class Answers {
  private static final String EVENTS = "explain_answered_events";
  private static final String VIEW = "explain_answers";

  private Answers() {}

  /**
   * The causes of the keys.
   *
   * @param events view of what happened to them
   * @param differing view of the keys
   * @param frames what both views are computed from, to which the answer is added
   */
  static Explained of(CauseSql sql, String events, String differing, Frames frames) {
    // The answers look at the events twice, which are the end of a long computation.
    frames.derive(EVENTS, "SELECT * FROM " + events);
    frames.derive(VIEW, sql.answers(EVENTS, differing));
    List<Row> totals = frames.ask(sql.totals(VIEW, differing));
    return new Explained(explanation(sql, totals), sql.perKey(VIEW), frames);
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
