package io.tidemark.compaction.health;

import java.util.Arrays;

/** The newest commits that touched a partition, by their sequence numbers; a fixed few of them. */
final class RecentWrites {
  static final int MOST = 16;

  /** Newest first; the rest is 0, which no commit of a table with sequence numbers has. */
  private final long[] newest = new long[MOST];

  private int count;

  void add(long sequenceNumber) {
    int place = 0;
    while (place < count && newest[place] > sequenceNumber) {
      place++;
    }
    if (place == MOST || place < count && newest[place] == sequenceNumber) {
      return;
    }
    int kept = Math.min(count, MOST - 1);
    System.arraycopy(newest, place, newest, place + 1, kept - place);
    newest[place] = sequenceNumber;
    count = kept + 1;
  }

  /** Newest first. */
  long[] newestFirst() {
    return Arrays.copyOf(newest, count);
  }
}
