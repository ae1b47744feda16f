package io.tidemark.compaction.spec;

import io.tidemark.catalog.TableName;
import java.time.Duration;
import java.util.List;

/**
 * What good files of a table are, when it is worth rewriting others, and what that may cost.
 *
 * @param table the table
 * @param targetFileSize bytes of a good data file
 * @param smallFile share of that size below which a file is small
 * @param groupSize bytes that are rewritten by one commit, at most
 * @param due when a partition is worth it
 * @param hot which partitions a writer is about to touch
 * @param budget what one plan may spend on the table
 * @param rate bytes that one core rewrites in a second
 * @param lease how long a day that is sealed is left to its publication, at most
 * @param zOrder columns that rows of settled partitions are ordered by all at once; empty for the
 *     table's own order
 * @param maintenance where it is rewritten
 */
public record CompactionPolicy(
    TableName table,
    long targetFileSize,
    double smallFile,
    long groupSize,
    Due due,
    Hot hot,
    Budget budget,
    long rate,
    Duration lease,
    List<String> zOrder,
    Maintenance maintenance) {
  /** Where a table is rewritten. */
  public enum Maintenance {
    /** By {@code ./tidemark compact}. */
    APART,
    /** In the driver of the stream that writes it as well. */
    INLINE
  }

  /**
   * From where a partition, or the table's manifests, are due. One reason is enough.
   *
   * @param smallFiles small files of a partition
   * @param deletes deleted rows as a share of all rows of a partition
   * @param deleteFiles delete files of a partition
   * @param overlap data files that hold the same value of the table's first sort column, on average
   * @param manifests manifests of the table
   * @param age without a write for so long, a partition is due from two small files on
   */
  public record Due(
      long smallFiles,
      double deletes,
      long deleteFiles,
      double overlap,
      long manifests,
      Duration age) {}

  /**
   * Which partitions are hot, and what is done about them.
   *
   * @param quiet how long nobody may have written to a partition before it is rewritten whole
   * @param maxFiles files that a hot partition may have before its smallest ones are put together
   */
  public record Hot(Duration quiet, long maxFiles) {}

  /**
   * What one plan may spend on one table.
   *
   * @param bytes bytes of files that are rewritten
   * @param time expected time of it
   * @param cores share of the session's cores that work on it; one core at least
   */
  public record Budget(long bytes, Duration time, double cores) {}

  public CompactionPolicy {
    zOrder = List.copyOf(zOrder);
    if (groupSize < targetFileSize) {
      throw new IllegalArgumentException(
          "has group-size below target-file-size: no group would make a good file; write at least as"
              + " much");
    }
  }

  /** The policy of a table that no file declares one for. */
  public static CompactionPolicy defaultFor(TableName table) {
    return PolicyReader.defaults(table);
  }

  /** Bytes below which a data file is small. */
  public long smallBytes() {
    return (long) (targetFileSize * smallFile);
  }
}
