package io.tidemark.tags.plan;

import io.tidemark.tags.history.Piece;
import io.tidemark.tags.history.PiecePlan;
import io.tidemark.tags.plan.BucketPlan.Patch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides what becomes of a bucket's pieces when some days are read. It compares the pieces there
 * should be with those that have files, so that days may come in any order, any number of times and
 * several at once.
 */
public final class BucketPlanner {
  private final PiecePlan pieces;
  private final int latest;

  /**
   * A planner.
   *
   * @param pieces which pieces there should be
   * @param latest the latest day of the history, the build's included
   */
  public BucketPlanner(PiecePlan pieces, int latest) {
    this.pieces = pieces;
    this.latest = latest;
  }

  /**
   * Plans a bucket.
   *
   * @param existing pieces and patches that have files
   * @param read days that are read, all within the window
   */
  public BucketPlan plan(int bucket, Collection<Piece> existing, Set<Integer> read) {
    List<Piece> target = pieces.pieces(bucket, latest);
    List<Piece> written = new ArrayList<>();
    List<Patch> patched = new ArrayList<>();
    Set<Piece> needed = new HashSet<>();
    Set<Piece> dropped = new HashSet<>(existing);
    for (Piece piece : target) {
      List<Integer> days = read.stream().filter(piece::holds).sorted().toList();
      List<Piece> there = existing.stream().filter(each -> overlaps(piece, each)).toList();
      if (!existing.contains(piece)) {
        if (!days.isEmpty() || !there.isEmpty()) {
          written.add(piece);
          needed.addAll(there);
        }
        continue;
      }
      if (piece.days() == 1 && !days.isEmpty()) {
        written.add(piece);
        continue;
      }
      dropped.remove(piece);
      there.stream()
          .filter(each -> each.isPatch() && !read.contains(each.firstDay()))
          .forEach(dropped::remove);
      days.forEach(day -> patched.add(new Patch(day, piece)));
      if (!days.isEmpty()) {
        needed.add(piece);
      }
    }
    return new BucketPlan(read, written, patched, needed, dropped);
  }

  /** A bucket that is made of days alone, whatever there is. */
  public BucketPlan anew(int bucket, Collection<Piece> existing, Set<Integer> read) {
    BucketPlan plan = plan(bucket, Set.of(), read);
    return new BucketPlan(read, plan.written(), List.of(), Set.of(), new HashSet<>(existing));
  }

  private static boolean overlaps(Piece piece, Piece other) {
    return piece.firstDay() <= other.lastDay() && other.firstDay() <= piece.lastDay();
  }
}
