package io.tidemark.compaction.health;

import io.tidemark.catalog.TableName;
import java.time.Instant;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How the files of a branch of a table are.
 *
 * @param table the table
 * @param branch the branch
 * @param snapshot its newest snapshot; {@code null} when nothing was committed yet
 * @param at when that was committed; {@code null} likewise
 * @param targetFileSize size that data files should have, in bytes
 * @param medianBytes size that half of its data files are not above, within a tenth
 * @param partitions its partitions, in order of their paths
 * @param manifests its manifests
 * @param snapshots the table's snapshots
 * @param trend how it was as of recent snapshots, oldest first; the newest is the last
 * @param deleting whether recent commits beside rewrites and publications deleted rows or took
 *     files away, so that a rewrite of files they touch may lose its commit
 */
public record TableHealth(
    TableName table,
    String branch,
    Long snapshot,
    Instant at,
    long targetFileSize,
    long medianBytes,
    List<PartitionHealth> partitions,
    ManifestStats manifests,
    SnapshotStats snapshots,
    List<TrendPoint> trend,
    boolean deleting) {
  public TableHealth {
    partitions = List.copyOf(partitions);
    trend = List.copyOf(trend);
  }

  /** A number of all partitions together. */
  public long total(ToLongFunction<PartitionHealth> number) {
    return partitions.stream().mapToLong(number).sum();
  }

  /** Bytes of data files at the cold location; {@code null} where the policy has none. */
  public Long coldBytes() {
    boolean moves = partitions.stream().anyMatch(partition -> partition.cold() != null);
    return moves ? total(PartitionHealth::coldBytes) : null;
  }

  /** Files that the table would have if all were as large as they should be. */
  public long idealFiles() {
    return total(partition -> partition.idealFiles(targetFileSize));
  }

  /** Files opened to read all of it for each one that would be enough; 1 is best, and for none. */
  public double fileAmplification() {
    return ratio(total(PartitionHealth::filesOpened), idealFiles());
  }

  /** Bytes read to read all of it for each one that would be enough; 1 is best, and for none. */
  public double byteAmplification() {
    return ratio(total(PartitionHealth::bytesRead), total(PartitionHealth::idealBytes));
  }

  /**
   * What {@link #fileAmplification} was at a point of the trend. A summary does not tell partitions
   * apart: as many files as would be enough today count in proportion to the bytes.
   */
  public double fileAmplification(TrendPoint point) {
    long bytes = total(PartitionHealth::bytesRead);
    double enough = bytes == 0 ? 0 : Math.max(1, (double) idealFiles() * point.bytes() / bytes);
    return enough == 0 ? 1 : (point.dataFiles() + point.deleteFiles()) / enough;
  }

  private static double ratio(long there, long enough) {
    return there == 0 ? 1 : (double) there / Math.max(1, enough);
  }
}
