package io.tidemark.compaction.health;

import java.util.Arrays;

/**
 * Sizes of files in classes that are a tenth apart at most, so that a median takes the same memory
 * however many files there are.
 */
final class SizeHistogram {
  /** Classes of each power of two. */
  private static final int PARTS = 8;

  private static final int CLASSES = 63 * PARTS;

  private int[] counts = new int[PARTS];
  private long total;

  void add(long bytes) {
    int place = classOf(Math.max(1, bytes));
    if (place >= counts.length) {
      counts = Arrays.copyOf(counts, Math.min(CLASSES, place + 4 * PARTS));
    }
    counts[place]++;
    total++;
  }

  /** The middle of the class that the file in the middle is in; 0 without a file. */
  long median() {
    long before = 0;
    for (int place = 0; place < counts.length; place++) {
      before += counts[place];
      if (before * 2 >= total && total > 0) {
        return Math.round(Math.pow(2, (place + 0.5) / PARTS));
      }
    }
    return 0;
  }

  private static int classOf(long bytes) {
    return Math.min(CLASSES - 1, (int) (Math.log(bytes) / Math.log(2) * PARTS));
  }
}
