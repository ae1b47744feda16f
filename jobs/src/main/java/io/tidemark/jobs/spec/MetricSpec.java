package io.tidemark.jobs.spec;

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
}
