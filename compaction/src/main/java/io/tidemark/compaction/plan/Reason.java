package io.tidemark.compaction.plan;

/**
 * Why files are worth rewriting.
 *
 * @param kind which threshold of the policy is reached
 * @param text what was found and from where on it counts, for a person
 */
public record Reason(Kind kind, String text) {
  /** The thresholds of a policy. */
  public enum Kind {
    /** Many small files. */
    SMALL_FILES,
    /** A few small files where nobody writes any more. */
    AGE,
    /** Many deleted rows. */
    DELETES,
    /** Many delete files. */
    DELETE_FILES,
    /** Files whose ranges of the sort column overlap. */
    OVERLAP,
    /** Many manifests. */
    MANIFESTS,
    /** Old files that are not at the cold location. */
    COLD
  }
}
