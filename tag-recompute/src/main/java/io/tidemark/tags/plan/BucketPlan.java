package io.tidemark.tags.plan;

import io.tidemark.tags.history.Piece;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a build does with a bucket's pieces.
 *
 * @param read days that are read for this bucket
 * @param written pieces that are made: from what there is, and from days that are read
 * @param patched days that are read and lie in a piece that stays, each with that piece
 * @param needed pieces, and patches of them, that have to be read for it
 * @param dropped pieces and patches whose files go: taken up, replaced, corrected anew or too old
 */
public record BucketPlan(
    Set<Integer> read,
    List<Piece> written,
    List<Patch> patched,
    Set<Piece> needed,
    Set<Piece> dropped)
    implements Serializable {
  /**
   * A day to be corrected.
   *
   * @param day since 1970-01-01
   * @param corrected the piece it lies in
   */
  public record Patch(int day, Piece corrected) implements Serializable {}

  public BucketPlan {
    read = Set.copyOf(read);
    written = List.copyOf(written);
    patched = List.copyOf(patched);
    needed = Set.copyOf(needed);
    dropped = Set.copyOf(dropped);
  }

  /** Whether the bucket stays as it is. */
  public boolean isEmpty() {
    return written.isEmpty() && patched.isEmpty() && dropped.isEmpty();
  }

  /** Pieces and patches that may have files afterwards and have others than before. */
  public Set<Piece> touched() {
    Set<Piece> touched = new HashSet<>(dropped);
    touched.addAll(written);
    patched.forEach(patch -> touched.add(Piece.patch(patch.day())));
    return touched;
  }
}
