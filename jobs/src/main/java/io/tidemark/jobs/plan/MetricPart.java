package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.List;

/**
 * One stored column of a metric: something that can be merged over any split of the rows.
 *
 * @param metric the metric it belongs to
 * @param column its name in the table
 * @param function how it is computed over rows
 */
record MetricPart(MetricSpec metric, String column, Function function) {
  /**
   * The binary logarithm of how many values a sketch keeps. What was merged says the same whatever
   * it was merged of, because it keeps the smallest hashes, and of more than so many just so many.
   */
  private static final int SKETCH = 12;

  static List<MetricPart> of(MetricSpec metric) {
    if (metric.function() == Function.AVERAGE) {
      return List.of(
          new MetricPart(metric, metric.name() + "__sum", Function.SUM),
          new MetricPart(metric, metric.name() + "__count", Function.COUNT));
    }
    if (metric.function() == Function.APPROXIMATE_DISTINCT) {
      return List.of(new MetricPart(metric, metric.name() + "__sketch", metric.function()));
    }
    return List.of(new MetricPart(metric, metric.name(), metric.function()));
  }

  /** The column in which the minute of a value's first sight stands while a batch is computed. */
  static String firstSeen(MetricSpec metric) {
    return metric.name() + "__first";
  }

  /** Over all rows of a key. */
  String overRows(boolean running) {
    String value =
        AggregateSql.over(metric).equals("*") ? "*" : Sql.name(AggregateSql.over(metric));
    if (function == Function.DISTINCT) {
      return running
          ? "COUNT(DISTINCT CASE WHEN %s = %s THEN %s END)"
              .formatted(AggregateSql.WINDOW_START, Sql.name(firstSeen(metric)), value)
          : "COUNT(DISTINCT " + value + ")";
    }
    return function == Function.APPROXIMATE_DISTINCT
        ? sketched(text(value))
        : function.name() + "(" + value + ")";
  }

  /** A sketch leaves an empty text out, which a count of different values does not. */
  private static String text(String value) {
    return "concat('=', CAST(%s AS STRING))".formatted(value);
  }

  private static String sketched(String text) {
    return "theta_sketch_agg(%s, %d)".formatted(text, SKETCH);
  }

  /** What one row brings to it; a distinct's changes come from elsewhere. */
  String ofRow() {
    if (function == Function.DISTINCT) {
      return "0L";
    }
    if (function == Function.APPROXIMATE_DISTINCT) {
      return text(Sql.name(AggregateSql.over(metric)));
    }
    return AggregateSql.over(metric).equals("*") ? "1L" : Sql.name(AggregateSql.over(metric));
  }

  /**
   * The same where a row may take back what another brought; then it brings the opposite.
   *
   * @param takesBack condition under which it does
   */
  String ofSignedRow(String takesBack) {
    return switch (function) {
      case DISTINCT -> "0L";
      case COUNT -> {
        String counts =
            AggregateSql.over(metric).equals("*")
                ? "TRUE"
                : Sql.name(AggregateSql.over(metric)) + " IS NOT NULL";
        yield "CASE WHEN NOT %s THEN 0L WHEN %s THEN -1L ELSE 1L END".formatted(counts, takesBack);
      }
      case SUM -> "IF(%1$s, -%2$s, %2$s)".formatted(takesBack, Sql.name(AggregateSql.over(metric)));
      case MIN, MAX, AVERAGE, APPROXIMATE_DISTINCT ->
          throw new IllegalStateException(
              metric.definition() + " is over rows that may be taken back, which nothing can undo");
    };
  }

  /** Over what rows bring, as {@link #ofSignedRow} has it, and over the changes of distincts. */
  String overSignedValues() {
    String sum = "SUM(" + Sql.name(column) + ")";
    return function == Function.COUNT ? "COALESCE(" + sum + ", 0L)" : sum;
  }

  /** What a change of another metric's distinct brings to it: nothing. */
  String ofNoRow() {
    return function == Function.DISTINCT ? "0L" : "NULL";
  }

  /**
   * Over what the rows of a key bring, as {@link #ofRow} has it, and over the changes of distincts.
   */
  String overValues() {
    return switch (function) {
      case DISTINCT -> "SUM(" + Sql.name(column) + ")";
      case APPROXIMATE_DISTINCT -> sketched(Sql.name(column));
      case COUNT, SUM, MIN, MAX, AVERAGE -> function.name() + "(" + Sql.name(column) + ")";
    };
  }

  /** Over several stored values of a key. */
  String merged() {
    String name = Sql.name(column);
    return switch (function) {
      case MIN, MAX -> function.name() + "(" + name + ")";
      case COUNT, SUM, DISTINCT, AVERAGE -> "SUM(" + name + ")";
      case APPROXIMATE_DISTINCT -> "theta_union_agg(%s, %d)".formatted(name, SKETCH);
    };
  }

  /** The same in Trino, whose functions for sketches are those of a catalog. */
  String mergedInTrino() {
    return function == Function.APPROXIMATE_DISTINCT
        ? "datasketches.theta.theta_sketch_union(%s)".formatted(Sql.name(column))
        : merged();
  }
}
