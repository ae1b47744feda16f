package io.tidemark.compaction.spec;

import io.tidemark.catalog.TableName;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

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
 * @param cold where old partitions move to; {@code null} when none ever does
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
    Maintenance maintenance,
    Cold cold) {
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
  public record Budget(long bytes, Duration time, double cores) {
    /** So many of a session's cores. */
    public int coresOf(int sessionCores) {
      return Math.max(1, (int) (sessionCores * cores));
    }
  }

  /**
   * When a partition is cold, where its files are then, and how they are written there.
   *
   * @param after how long ago its business day has ended, or its last write was where it has none
   * @param location of all cold tables, without a slash at its end
   * @param compressionLevel of zstd, for Parquet
   * @param rowGroupSize bytes of a row group of Parquet
   * @param targetFileSize bytes of a good file
   */
  public record Cold(
      Duration after,
      String location,
      int compressionLevel,
      long rowGroupSize,
      long targetFileSize) {
    /** Iceberg takes sizes of row groups as an int. */
    static final long LARGEST_ROW_GROUP = Integer.MAX_VALUE;

    public Cold {
      if (rowGroupSize > Math.min(LARGEST_ROW_GROUP, targetFileSize)) {
        throw new IllegalArgumentException(
            "has a row-group-size of 2 GiB or more, or above target-file-size: no file could have"
                + " one; write less");
      }
    }

    /**
     * The folder of a table there. Tables of the same name, in another catalog or after one was
     * dropped, have others: nobody could tell their files apart.
     */
    public String folderOf(TableName table, UUID uuid) {
      return "%s/%s/%s/%s".formatted(location, table.layer(), table.name(), uuid);
    }
  }

  public CompactionPolicy {
    zOrder = List.copyOf(zOrder);
    if (groupSize < targetFileSize) {
      throw new IllegalArgumentException(
          "has group-size below target-file-size: no group would make a good file; write at least as"
              + " much");
    }
    if (cold != null
        && (groupSize < cold.targetFileSize() || cold.targetFileSize() < targetFileSize)) {
      throw new IllegalArgumentException(
          "has a cold.target-file-size that is not between target-file-size and group-size: no"
              + " group would make a good cold file; write one that is");
    }
  }

  /** A policy by which nothing is ever cold. */
  public CompactionPolicy(
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
    this(
        table,
        targetFileSize,
        smallFile,
        groupSize,
        due,
        hot,
        budget,
        rate,
        lease,
        zOrder,
        maintenance,
        null);
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
