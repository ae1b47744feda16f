package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.attribute.plan.Patches.Corrected;
import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.Piece;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Goes through the pieces of a bucket in the order of their days, puts their blocks right, and
 * passes those by that nobody wants, with all of a piece where that is nowhere wanted. Corrections
 * of blocks that were passed by come as blocks of their own, and are nowhere wanted either.
 */
public final class BlockWalk {
  private BlockWalk() {}

  /** Says which blocks are wanted. */
  public interface Wanted {
    /** Everything. */
    Wanted ALL = (piece, first, users) -> true;

    /** Whether anything is wanted of the users from {@code first} on, in a piece. */
    boolean wants(Piece piece, int first, int users);
  }

  /** A piece as it is stored. */
  public interface Stored {
    /** Its days. */
    Piece piece();

    /** Passes on the blocks that are wanted. One is only good until the next, but for a patch's. */
    void read(Wanted wanted, Consumer<Block> taker);
  }

  /**
   * Passes on the blocks that are wanted, at least.
   *
   * @param pieces those of the bucket, in any order; patches are all read
   */
  public static void walk(List<Stored> pieces, Wanted wanted, Consumer<Corrected> blocks) {
    Patches patches = new Patches();
    pieces.stream()
        .filter(stored -> stored.piece().isPatch())
        .forEach(stored -> stored.read(Wanted.ALL, patches::add));
    pieces.stream()
        .filter(stored -> !stored.piece().isPatch())
        .filter(stored -> wanted.wants(stored.piece(), 0, Integer.MAX_VALUE))
        .sorted(Comparator.comparing(stored -> stored.piece().firstDay()))
        .forEach(
            stored -> {
              // Corrections of days that no piece has: nobody of the bucket was active then.
              patches.rest(stored.piece().firstDay()).forEach(blocks);
              stored.read(
                  wanted, block -> blocks.accept(patches.apply(block.days(), block.metrics())));
            });
    patches.rest(Integer.MAX_VALUE).forEach(blocks);
  }
}
