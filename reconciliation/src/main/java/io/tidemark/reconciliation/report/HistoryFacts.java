package io.tidemark.reconciliation.report;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What a history of users knows of a day.
 *
 * @param name the history
 * @param state {@code built}, {@code empty}, {@code missing} or {@code withdrawn}; {@code null}
 *     when no build has looked at the day
 * @param latest the latest day that is in it; {@code null} when there is none
 * @param activeUsers users who were active on the day
 * @param userDays active users of all its days, together
 * @param sizes how large it was when the day was its latest; nothing when nobody knows
 * @param missing days that are not in it and should be, ascending
 */
public record HistoryFacts(
    String name,
    String state,
    LocalDate latest,
    long activeUsers,
    long userDays,
    Optional<Sizes> sizes,
    List<LocalDate> missing) {
  public HistoryFacts {
    missing = List.copyOf(missing);
  }

  /** Whether it has the day. */
  public boolean hasDay() {
    return "built".equals(state) || "empty".equals(state);
  }

  /**
   * How large a history is.
   *
   * @param users users it knows
   * @param blocks bytes of blocks
   * @param userPieces bytes of users' pieces
   * @param directory bytes of users' numbers
   * @param written bytes that builds wrote while the day was the latest
   */
  public record Sizes(long users, long blocks, long userPieces, long directory, long written) {
    /** Bytes of all three tables. */
    public long stored() {
      return blocks + userPieces + directory;
    }
  }
}
