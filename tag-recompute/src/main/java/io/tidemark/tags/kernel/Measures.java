package io.tidemark.tags.kernel;

import java.io.Serializable;
import java.util.List;

/**
 * What is counted of users besides the sums and the users active on a day.
 *
 * @param rolling lengths in days: users active on any of the last so many days, today included
 * @param retention distances in days, 63 at most: of the users active on a day, those who are
 *     active so many days later
 */
public record Measures(List<Integer> rolling, List<Integer> retention) implements Serializable {
  /** Days that a user's recent past is kept for, as bits of a long. */
  static final int MAX_RETENTION = 63;

  public Measures {
    rolling = List.copyOf(rolling);
    retention = List.copyOf(retention);
    if (2 * rolling.size() + retention.size() > Long.SIZE) {
      throw new IllegalArgumentException(
          rolling.size()
              + " rolling windows and "
              + retention.size()
              + " distances of retention are too many; a window counts twice, and 64 are possible");
    }
    for (int length : rolling) {
      if (length < 1) {
        throw new IllegalArgumentException("a rolling window of " + length + " days");
      }
    }
    for (int distance : retention) {
      if (distance < 1 || distance > MAX_RETENTION) {
        throw new IllegalArgumentException(
            "a retention of " + distance + " days; write 1 to " + MAX_RETENTION);
      }
    }
  }
}
