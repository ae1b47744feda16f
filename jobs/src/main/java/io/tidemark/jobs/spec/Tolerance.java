package io.tidemark.jobs.spec;

import java.util.Optional;

/**
 * How far stream and batch may be apart in one metric.
 *
 * @param share the verdict on the whole metric: the distance of all keys as a share of the batch, 0
 *     to 1
 * @param closeness when two values of one key count as equal, where that is declared; else doubles
 *     do when only their last digits differ, and everything else when it is the same
 */
public record Tolerance(double share, Optional<Closeness> closeness) {
  /** A share alone. */
  public static Tolerance ofShare(double share) {
    return new Tolerance(share, Optional.empty());
  }
}
