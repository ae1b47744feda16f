package io.tidemark.compaction.idle;

import java.time.Instant;

/**
 * A read that somebody has left a trace of. There may have been later ones.
 *
 * @param at when it was, at the latest
 * @param by who it was, or how it is known, for a person
 */
public record LastRead(Instant at, String by) {
  /** The later of two; {@code null} stands for none. */
  static LastRead later(LastRead one, LastRead other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return other.at().isAfter(one.at()) ? other : one;
  }
}
