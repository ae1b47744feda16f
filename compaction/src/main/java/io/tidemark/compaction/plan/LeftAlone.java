package io.tidemark.compaction.plan;

import io.tidemark.catalog.TableName;

/**
 * A partition, or the manifests of a table, that a plan leaves as they are, or the rest of one.
 *
 * @param table the table
 * @param partition as {@code dt=2026-01-31}; empty without partitions, and for manifests
 * @param why what keeps it
 * @param text the same for a person
 */
public record LeftAlone(TableName table, String partition, Why why, String text) {
  /** What keeps files from being rewritten. */
  public enum Why {
    /** No threshold is reached. */
    NOT_DUE("not due"),
    /** Its day is sealed and not yet published. */
    LEASED("leased"),
    /** A writer is about to touch it. */
    HOT("hot"),
    /** It is worth it, and something else is worth more. */
    BUDGET("beyond the budget");

    private final String text;

    Why(String text) {
      this.text = text;
    }

    /** For a person. */
    public String text() {
      return text;
    }
  }
}
