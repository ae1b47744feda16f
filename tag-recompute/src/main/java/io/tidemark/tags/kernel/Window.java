package io.tidemark.tags.kernel;

import java.io.Serializable;

/**
 * The days that are added up. Days of a block outside it are passed over: that is how a day that
 * has left the history is forgotten before its bytes are.
 *
 * @param firstDay in days since 1970-01-01
 * @param days how many
 */
public record Window(int firstDay, int days) implements Serializable {
  public Window {
    if (days < 1) {
      throw new IllegalArgumentException("a window of " + days + " days");
    }
  }
}
