package io.tidemark.reconciliation.ends.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Rows and the sum of their fingerprints, of each bucket of one side. */
public final class BucketSums {
  private final long[] rows;
  private final BigDecimal[] sums;

  public BucketSums(int buckets) {
    rows = new long[buckets];
    sums = new BigDecimal[buckets];
  }

  /** Takes one bucket; those that never come have no row. */
  public void put(int bucket, long count, String sum) {
    rows[bucket] = count;
    sums[bucket] = new BigDecimal(sum);
  }

  /** All rows. */
  public long count() {
    long all = 0;
    for (long count : rows) {
      all += count;
    }
    return all;
  }

  /** Buckets in which the other side has something else. */
  public List<Integer> differing(BucketSums other) {
    List<Integer> differing = new ArrayList<>();
    for (int bucket = 0; bucket < rows.length; bucket++) {
      if (rows[bucket] != other.rows[bucket]
          || rows[bucket] > 0 && sums[bucket].compareTo(other.sums[bucket]) != 0) {
        differing.add(bucket);
      }
    }
    return differing;
  }
}
