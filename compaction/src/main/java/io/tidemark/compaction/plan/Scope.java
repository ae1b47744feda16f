package io.tidemark.compaction.plan;

/** Which files a rewrite takes. */
public enum Scope {
  /** The small data files of a partition; the others stay. */
  SMALL_FILES("small files"),
  /** So many of a hot partition's smallest data files as it has too many; the others stay. */
  SMALLEST_FILES("smallest files"),
  /** Every data file of a partition, with the rows left out that its delete files delete. */
  ALL_FILES("all files"),
  /** The table's manifests; no data file. */
  MANIFESTS("manifests");

  private final String text;

  Scope(String text) {
    this.text = text;
  }

  /** For a person. */
  public String text() {
    return text;
  }
}
