package io.tidemark.catalog;

/**
 * What is kept of comparisons.
 *
 * @param keysKept keys of each day, job and metric, at most
 */
public record ReconciliationSettings(long keysKept) {
  /** What holds where nothing is written. */
  public static final ReconciliationSettings DEFAULT = new ReconciliationSettings(10_000);

  public ReconciliationSettings {
    if (keysKept < 1) {
      throw new IllegalArgumentException("would keep no key; use at least 1");
    }
  }
}
