package io.tidemark.compaction.health;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * How the files of one partition are.
 *
 * @param path as {@code dt=2026-01-31/bucket=3}; empty for files without a partition
 * @param day the business day; {@code null} where the partition is not of one
 * @param data its data files
 * @param deletes its delete files
 * @param overlap data files in which one value of the table's first sort column may be, on average
 *     and with values evenly spread; {@code null} where the table has no sort order or the files do
 *     not say
 * @param writes when files that are here came by other commits than rewrites: the newest distinct
 *     times, newest first, sixteen at most
 * @param lastWrite when the last write came, at the latest; {@code null} without a file
 * @param cold how far it has moved to the cold location; {@code null} where the policy has none
 */
public record PartitionHealth(
    String path,
    LocalDate day,
    DataFileStats data,
    DeleteStats deletes,
    Double overlap,
    List<Instant> writes,
    Instant lastWrite,
    ColdStats cold) {
  public PartitionHealth {
    writes = List.copyOf(writes);
  }

  /** Files that whoever reads all of the partition opens, each once. */
  public long filesOpened() {
    return data.files() + deletes.files();
  }

  /** Bytes that whoever reads all of the partition reads. */
  public long bytesRead() {
    return data.bytes() + deletes.bytes();
  }

  /** Share of the rows that are deleted, 1 at most. */
  public double deletedShare() {
    if (data.records() == 0) {
      return 0;
    }
    return Math.min(1, (double) deletes.rows() / data.records());
  }

  /** Bytes of data files at the cold location. */
  public long coldBytes() {
    return cold == null ? 0 : data.bytes() - cold.warmBytes();
  }

  /** Bytes that the partition would have without deleted rows, which count as the others do. */
  public long idealBytes() {
    return Math.round(data.bytes() * (1 - deletedShare()));
  }

  /** Files that the partition would have if all were as large as they should be. */
  public long idealFiles(long targetFileSize) {
    return filesFor(idealBytes(), targetFileSize);
  }

  /** Files of a target size that hold so many bytes. */
  public static long filesFor(long bytes, long targetFileSize) {
    return -Math.floorDiv(-bytes, targetFileSize);
  }
}
