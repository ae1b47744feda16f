package io.tidemark.compaction.health;

/**
 * Delete files of a partition, by what they hold. A row that several of them delete counts several
 * times, and an equality delete counts as one row, whatever it meets.
 *
 * @param positionFiles files of positions
 * @param positionRows positions in them
 * @param equalityFiles files of equality deletes
 * @param equalityRows rows in them
 * @param vectors deletion vectors
 * @param vectorRows rows that they delete
 * @param bytes of all of them
 */
public record DeleteStats(
    long positionFiles,
    long positionRows,
    long equalityFiles,
    long equalityRows,
    long vectors,
    long vectorRows,
    long bytes) {
  /** No delete. */
  public static final DeleteStats NONE = new DeleteStats(0, 0, 0, 0, 0, 0, 0);

  /** Delete files of every kind; each vector is one. */
  public long files() {
    return positionFiles + equalityFiles + vectors;
  }

  /** Rows of every kind. */
  public long rows() {
    return positionRows + equalityRows + vectorRows;
  }
}
