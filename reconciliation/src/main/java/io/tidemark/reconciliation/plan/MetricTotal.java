package io.tidemark.reconciliation.plan;

/**
 * Where a metric's totals and magnitude come from.
 *
 * @param side what is added up of each side
 * @param total what the totals are of
 * @param magnitude what the magnitude is of
 */
public record MetricTotal(SideTotal side, Of total, Of magnitude) {
  /** What a number counts. */
  public enum Of {
    /** The values, added up. */
    VALUES,
    /** Rows. */
    ROWS,
    /** Keys; for the magnitude those on either side. */
    KEYS
  }
}
