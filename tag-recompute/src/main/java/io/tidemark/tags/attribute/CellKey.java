package io.tidemark.tags.attribute;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Whose cells travel together.
 *
 * @param set the dimension set's place
 * @param chunk which of the set's groups
 * @param compared whether the cells are not of the result, but of what it is held to
 * @param task the task that added them up
 */
record CellKey(int set, int chunk, boolean compared, int task)
    implements Serializable, Comparable<CellKey> {
  private static final Comparator<CellKey> ORDER =
      Comparator.comparingInt(CellKey::set)
          .thenComparingInt(CellKey::chunk)
          .thenComparing(CellKey::compared)
          .thenComparingInt(CellKey::task);

  /** Cells of a result. */
  CellKey(int set, int chunk, int task) {
    this(set, chunk, false, task);
  }

  @Override
  public int compareTo(CellKey other) {
    return ORDER.compare(this, other);
  }
}
