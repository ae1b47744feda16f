package io.tidemark.tags.history;

import io.tidemark.tags.history.Piece.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Which pieces a bucket's history consists of on a day. Days are closed into weeks, weeks into
 * epochs. When that happens differs from bucket to bucket, so that on no day many are rewritten,
 * and follows from the bucket's number alone: whoever builds, and however often, comes to the same
 * pieces.
 */
public final class PiecePlan {
  private final int buckets;
  private final int weekDays;
  private final int epochDays;
  private final int windowDays;

  /**
   * @param buckets a power of two
   * @param weekDays days of a week, a power of two
   * @param epochDays days of an epoch, a power of two from {@code weekDays} on
   * @param windowDays days that the history holds
   */
  public PiecePlan(int buckets, int weekDays, int epochDays, int windowDays) {
    this.buckets = buckets;
    this.weekDays = weekDays;
    this.epochDays = epochDays;
    this.windowDays = windowDays;
  }

  /**
   * The pieces of a bucket when {@code day} is the latest, oldest first. They adjoin, the last ends
   * with {@code day}, and the first holds the window's first day, perhaps with days before it,
   * which readers pass over.
   */
  public List<Piece> pieces(int bucket, int day) {
    int phase = phase(bucket);
    int firstOpen = day + 1 - Math.floorMod(day + 1 - phase, epochDays);
    int firstLoose = day + 1 - Math.floorMod(day + 1 - phase, weekDays);
    List<Piece> pieces = new ArrayList<>();
    int windowStart = day - windowDays + 1;
    int oldest = windowStart - Math.floorMod(windowStart - phase, epochDays);
    for (int first = oldest; first < firstOpen; first += epochDays) {
      pieces.add(new Piece(Level.EPOCH, first, first + epochDays - 1));
    }
    for (int first = Math.max(oldest, firstOpen); first < firstLoose; first += weekDays) {
      pieces.add(new Piece(Level.WEEK, first, first + weekDays - 1));
    }
    for (int first = Math.max(oldest, firstLoose); first <= day; first++) {
      pieces.add(new Piece(Level.DAY, first, first));
    }
    // A window shorter than an epoch ends within weeks and days.
    pieces.removeIf(piece -> piece.lastDay() < windowStart);
    return pieces;
  }

  /**
   * What is written for a bucket when {@code day} comes in: the pieces that were not there before.
   */
  public List<Piece> written(int bucket, int day) {
    List<Piece> before = pieces(bucket, day - 1);
    return pieces(bucket, day).stream().filter(piece -> !before.contains(piece)).toList();
  }

  /** What goes when {@code day} comes in: pieces that another has taken up, or that are too old. */
  public List<Piece> dropped(int bucket, int day) {
    List<Piece> after = pieces(bucket, day);
    return pieces(bucket, day - 1).stream().filter(piece -> !after.contains(piece)).toList();
  }

  /** The first day of an epoch of the bucket: spread over an epoch, and over the week in it. */
  private int phase(int bucket) {
    int apart = epochDays / buckets;
    int phase = apart > 1 ? bucket * apart + bucket % weekDays : bucket;
    return Math.floorMod(phase, epochDays);
  }
}
