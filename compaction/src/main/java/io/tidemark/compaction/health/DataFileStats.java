package io.tidemark.compaction.health;

/**
 * Data files of a partition.
 *
 * @param files how many
 * @param bytes of all of them
 * @param records rows in them, deleted ones too
 * @param medianBytes size that half of them are not above, within a tenth; 0 without a file
 * @param smallFiles how many are smaller than the policy's bound
 * @param smallBytes bytes of those
 */
public record DataFileStats(
    long files, long bytes, long records, long medianBytes, long smallFiles, long smallBytes) {
  /** No file. */
  public static final DataFileStats NONE = new DataFileStats(0, 0, 0, 0, 0, 0);

  /** Bytes of a file, on average; 0 without a file. */
  public long averageBytes() {
    return files == 0 ? 0 : bytes / files;
  }
}
