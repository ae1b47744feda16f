package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.Sql;
import java.util.List;
import java.util.function.Function;

/**
 * What is added up of one side of one metric, in two steps: per group of keys, then over all
 * groups.
 *
 * @param parts aggregates over rows that the total is made of
 * @param sizes further aggregates over rows, of the batch alone, that the magnitude is made of
 * @param merge the function that adds the parts of two groups up, SUM, MIN or MAX
 * @param total makes the total, as text, of the merged parts; NULL when there is no value
 * @param magnitude makes the sum of the values' sizes of the merged parts and sizes, in this order;
 *     0 where each key counts as 1
 */
public record SideTotal(
    List<String> parts,
    List<String> sizes,
    String merge,
    Function<List<String>, String> total,
    Function<List<String>, String> magnitude) {
  /** How many rows or keys there are is known without adding anything up. */
  static final SideTotal NOTHING =
      new SideTotal(
          List.of(),
          List.of(),
          "SUM",
          parts -> "CAST(NULL AS STRING)",
          parts -> "CAST(0 AS BIGINT)");

  private static final String SUM = "SUM";

  static SideTotal of(MetricColumn metric) {
    String value = Sql.name(metric.name());
    return switch (metric.type()) {
      case WHOLE -> whole("CAST(" + value + " AS BIGINT)");
      case EXACT ->
          new SideTotal(
              List.of("SUM(" + metric.exact(value) + ")"),
              List.of("SUM(abs(" + metric.exact(value) + "))"),
              SUM,
              parts -> text(parts.get(0)),
              parts -> parts.get(1));
      case WIDE, FLOATING ->
          new SideTotal(
              List.of("SUM(CAST(" + value + " AS DOUBLE))"),
              List.of("SUM(abs(" + metric.number(value) + "))"),
              SUM,
              parts -> text(parts.get(0)),
              parts -> parts.get(1));
      case ORDERED ->
          new SideTotal(
              List.of(metric.total() + "(" + value + ")"),
              List.of(),
              metric.total(),
              parts -> text(parts.get(0)),
              NOTHING.magnitude());
    };
  }

  /**
   * Integers are added up in two halves of 32 bits, which no day's rows can overflow. The sizes are
   * the sum less twice the negative part of it, so that no value is negated: one has no opposite.
   */
  private static SideTotal whole(String value) {
    String negative = "least(" + value + ", 0L)";
    return new SideTotal(
        List.of(high(value), low(value)),
        List.of(high(negative), low(negative)),
        SUM,
        parts -> text(joined(parts.get(0), parts.get(1))),
        parts ->
            "(%s - 2 * %s)"
                .formatted(joined(parts.get(0), parts.get(1)), joined(parts.get(2), parts.get(3))));
  }

  private static String high(String value) {
    return "SUM(shiftright(" + value + ", 32))";
  }

  private static String low(String value) {
    return "SUM(" + value + " & 4294967295L)";
  }

  private static String joined(String high, String low) {
    return "(CAST(%s AS DECIMAL(20, 0)) * 4294967296 + CAST(%s AS DECIMAL(20, 0)))"
        .formatted(high, low);
  }

  private static String text(String value) {
    return "CAST(" + value + " AS STRING)";
  }
}
