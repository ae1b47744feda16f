package io.tidemark.tags.build;

import io.tidemark.tags.history.Piece.Level;
import io.tidemark.tags.plan.BuildPlan;
import io.tidemark.tags.table.HistorySizes;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a build has done.
 *
 * @param plan what it was to do
 * @param number of the build; that of the last one where nothing was to be done
 * @param newUsers users who came into the directory
 * @param userDays active users of the days it read, together
 * @param bytes bytes it wrote
 * @param sizes how large the history is afterwards
 */
public record BuildResult(
    BuildPlan plan, long number, long newUsers, long userDays, Bytes bytes, HistorySizes sizes) {
  /**
   * Bytes of data files, by table.
   *
   * @param directory users' numbers
   * @param blocks blocks
   * @param users users' pieces
   * @param levels blocks and users' pieces together, by the kind of piece
   */
  public record Bytes(long directory, long blocks, long users, SortedMap<Level, Long> levels) {
    /** Of a build that wrote nothing. */
    static final Bytes NONE = new Bytes(0, 0, 0, new TreeMap<>());

    public Bytes {
      levels = Collections.unmodifiableSortedMap(new TreeMap<>(levels));
    }

    /** All together. */
    public long sum() {
      return directory + blocks + users;
    }
  }

  /** Whether anything was to be done. */
  public boolean isMade() {
    return plan.latest() != null && !plan.isEmpty();
  }

  /** Bytes written, of all bytes there are. */
  public double share() {
    return sizes.stored() == 0 ? 0 : (double) bytes.sum() / sizes.stored();
  }
}
