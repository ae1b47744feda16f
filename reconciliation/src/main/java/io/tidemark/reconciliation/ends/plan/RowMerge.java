package io.tidemark.reconciliation.ends.plan;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Goes through the rows of two sides, both in the order of bucket and key, and keeps the keys whose
 * rows differ; of very many the first ones.
 */
public final class RowMerge {
  /** Keys kept. */
  public static final int KEPT = 50_000;

  private final Map<Long, String> differing = new LinkedHashMap<>();
  private long more;

  private RowMerge() {}

  /** Compares. */
  public static RowMerge of(Iterator<RowPrint> left, Iterator<RowPrint> right) {
    RowMerge merge = new RowMerge();
    RowPrint one = next(left);
    RowPrint other = next(right);
    while (one != null || other != null) {
      int order = one == null ? 1 : other == null ? -1 : one.compareKey(other);
      if (order == 0) {
        if (one.row() != other.row()) {
          merge.keep(one);
        }
      } else {
        merge.keep(order < 0 ? one : other);
      }
      one = order <= 0 ? next(left) : one;
      other = order >= 0 ? next(right) : other;
    }
    return merge;
  }

  private static RowPrint next(Iterator<RowPrint> rows) {
    return rows.hasNext() ? rows.next() : null;
  }

  private void keep(RowPrint row) {
    if (differing.size() < KEPT) {
      differing.put(row.key(), row.keyText());
    } else {
      more++;
    }
  }

  /** The fingerprints of differing keys, and the keys for a person. */
  public Map<Long, String> differing() {
    return differing;
  }

  /** Differing rows whose keys were not kept. */
  public long more() {
    return more;
  }
}
