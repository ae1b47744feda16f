package io.tidemark.compaction.plan;

import io.tidemark.compaction.spec.CompactionPolicy;

/** How long rewriting takes, by the rate that the policy declares. */
public final class Speed {
  /** To open a file and close it again, on one core. */
  private static final double FILE_SECONDS = 0.02;

  private static final double COMMIT_SECONDS = 1;

  private final double bytesPerSecond;
  private final int cores;

  /**
   * The speed of a table's rewrites.
   *
   * @param sessionCores all cores that the session has
   */
  Speed(CompactionPolicy policy, int sessionCores) {
    this.cores = policy.budget().coresOf(sessionCores);
    this.bytesPerSecond = (double) policy.rate() * cores;
  }

  double seconds(long files, long bytes) {
    return workSeconds(files, bytes) + COMMIT_SECONDS;
  }

  private double workSeconds(long files, long bytes) {
    return bytes / bytesPerSecond + files * FILE_SECONDS / cores;
  }

  /**
   * How many groups some work has to be cut into for each to take so long at most. A group works
   * for as long as its commit takes at least.
   */
  double groups(long files, long bytes, double most) {
    return workSeconds(files, bytes) / Math.max(COMMIT_SECONDS, most - COMMIT_SECONDS);
  }

  /** What rewriting a file costs, with its opening, in bytes that take as long. */
  public static long cost(CompactionPolicy policy, long bytes) {
    return bytes + (long) (FILE_SECONDS * policy.rate());
  }

  /** Bytes of a group, of which each core that may work on it writes one file. */
  double bytesAtATime(long groupSize, long targetFileSize) {
    return Math.min(groupSize, (double) targetFileSize * cores);
  }

  /** Bytes that are rewritten in a time, if there were few files. */
  double bytesIn(double seconds) {
    return Math.max(0, seconds - COMMIT_SECONDS) * bytesPerSecond;
  }
}
