package io.tidemark.tags.attribute;

import java.io.Serializable;

/**
 * Makes sinks for the rows of results, in the tasks that bring them together.
 *
 * @param <R> what becomes of a part's rows
 */
public interface RowSinks<R> extends Serializable {
  /** Where the rows of a part go. */
  interface Sink<R> extends AutoCloseable {
    /** Takes a row, in the order of the result's columns. The array is used again for the next. */
    void take(Object[] row);

    /** What became of them; nothing is taken any more. */
    R finish();

    /** Gives up what was not finished. */
    @Override
    void close();
  }

  /**
   * The sink of a part of a set.
   *
   * @param set the place of the set among those that are computed
   */
  Sink<R> open(int set);
}
