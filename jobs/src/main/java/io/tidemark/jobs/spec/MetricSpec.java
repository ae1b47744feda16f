package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Values;

/**
 * One declared metric.
 *
 * @param name column in the output
 * @param function what is computed
 * @param column column of the input it is computed over; {@code *} only for count
 */
public record MetricSpec(String name, Function function, String column) {
  /** What can be computed, exactly, in both modes. */
  public enum Function {
    COUNT,
    SUM,
    MIN,
    MAX,
    AVERAGE,
    DISTINCT
  }

  /** What it is, in one line. */
  public String definition() {
    return Values.text(function) + "(" + column + ")";
  }

  /** Whether values are added up, which only numbers can be. */
  public boolean adds() {
    return function == Function.SUM || function == Function.AVERAGE;
  }

  /**
   * What is wrong with a metric that adds up what is no number, with its remedy.
   *
   * @param type the column's type, as SQL writes it
   */
  public static String doesNotAddUp(String type) {
    return "is of type "
        + type
        + ", which does not add up; use a numeric column, or count, min, max or distinct";
  }
}
