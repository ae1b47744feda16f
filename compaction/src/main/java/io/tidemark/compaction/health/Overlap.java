package io.tidemark.compaction.health;

/**
 * In how many files one value of a column may be: the widths of all files' ranges, as a share of
 * the range that they span together.
 */
final class Overlap {
  private long files;
  private long silent;
  private double widths;
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;

  /** Adds the range of a file; NaN where it has none, and may hold any value. */
  void add(double lower, double upper) {
    files++;
    if (Double.isNaN(lower) || Double.isNaN(upper)) {
      silent++;
      return;
    }
    widths += upper - lower;
    least = Math.min(least, lower);
    most = Math.max(most, upper);
  }

  /** The mean; {@code null} where the files' ranges do not differ, or no file has one. */
  Double mean() {
    boolean measured = most > least && Double.isFinite(most - least) && silent < files;
    return measured ? silent + widths / (most - least) : null;
  }
}
