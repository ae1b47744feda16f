package io.tidemark.tags.plan;

import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.BlockBuilder;
import io.tidemark.tags.history.BlockCursor;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.history.Piece.Level;
import io.tidemark.tags.plan.BucketPlan.Patch;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Makes the blocks that a bucket's plan asks for. What a user-day is follows from three layers: a
 * day that was read hides what there was of it, a patch hides the user-days of its piece that it
 * has or takes out.
 */
public final class BucketBuild {
  private final int bucket;
  private final List<MetricType> types;
  private final int blockUsers;
  private final int windowStart;
  private final Function<Piece, List<Block>> stored;
  private final IntFunction<List<Block>> rows;
  private final BlockBuilder.Sink sink;

  /**
   * A build of one bucket.
   *
   * @param windowStart first day that is kept
   * @param stored the blocks of a piece or patch that the plan needs, in the order of their users
   * @param rows the blocks of a day that was read, in the order of their users
   * @param sink takes what is made, piece by piece
   */
  public BucketBuild(
      int bucket,
      List<MetricType> types,
      int blockUsers,
      int windowStart,
      Function<Piece, List<Block>> stored,
      IntFunction<List<Block>> rows,
      BlockBuilder.Sink sink) {
    this.bucket = bucket;
    this.types = types;
    this.blockUsers = blockUsers;
    this.windowStart = windowStart;
    this.stored = stored;
    this.rows = rows;
    this.sink = sink;
  }

  /** Makes all blocks of a plan. */
  public void run(BucketPlan plan) {
    for (Piece piece : plan.written()) {
      write(piece, plan);
    }
    for (Patch patch : plan.patched()) {
      difference(patch);
    }
  }

  /**
   * A source of user-days, some of which another source hides.
   *
   * @param hidden places of user-days that do not count
   * @param counted tells days that count
   */
  private record Source(BlockCursor cursor, Set<Long> hidden, IntPredicate counted) {
    /** Goes to the first user-day that counts. */
    boolean settle() {
      while (!cursor.isAtEnd()
          && (!counted.test(cursor.day())
              || !hidden.isEmpty() && hidden.contains(cursor.place()))) {
        cursor.advance();
      }
      return !cursor.isAtEnd();
    }
  }

  private void write(Piece piece, BucketPlan plan) {
    BitSet read = new BitSet(piece.days());
    plan.read().stream().filter(piece::holds).forEach(day -> read.set(day - piece.firstDay()));
    if (piece.level() == Level.DAY && read.get(0) && piece.firstDay() >= windowStart) {
      // The day hides all that there was of it.
      rows.apply(piece.firstDay()).forEach(sink::accept);
      return;
    }
    IntPredicate kept = day -> day >= windowStart && !read.get(day - piece.firstDay());
    PriorityQueue<Source> sources =
        new PriorityQueue<>(Comparator.comparingLong(source -> source.cursor().place()));
    Set<Long> hidden = new HashSet<>();
    List<Piece> needed = plan.needed().stream().filter(piece::covers).toList();
    for (Piece there : needed) {
      if (there.isPatch()) {
        List<Block> blocks = stored.apply(there);
        hide(blocks, hidden);
        add(sources, new Source(new BlockCursor(blocks), Set.of(), kept));
      }
    }
    for (Piece there : needed) {
      if (!there.isPatch()) {
        add(sources, new Source(new BlockCursor(stored.apply(there)), hidden, kept));
      }
    }
    for (int at = read.nextSetBit(0); at >= 0; at = read.nextSetBit(at + 1)) {
      List<Block> blocks = rows.apply(piece.firstDay() + at);
      add(sources, new Source(new BlockCursor(blocks), Set.of(), day -> day >= windowStart));
    }
    BlockBuilder builder = new BlockBuilder(bucket, piece, types, blockUsers, sink);
    while (!sources.isEmpty()) {
      Source source = sources.poll();
      BlockCursor cursor = source.cursor();
      long until = sources.isEmpty() ? Long.MAX_VALUE : sources.peek().cursor().place();
      do {
        builder.add(cursor.user(), cursor.day(), cursor.block(), cursor.userDay());
        cursor.advance();
      } while (source.settle() && cursor.place() < until);
      add(sources, source);
    }
    builder.finish();
  }

  private static void add(PriorityQueue<Source> sources, Source source) {
    if (source.settle()) {
      sources.add(source);
    }
  }

  private static void hide(List<Block> patch, Set<Long> hidden) {
    for (Block block : patch) {
      hideAll(new BlockCursor(List.of(block)), hidden);
      if (block.removed() != null) {
        hideAll(
            new BlockCursor(
                List.of(
                    new Block(block.bucket(), block.piece(), block.removed(), List.of(), null))),
            hidden);
      }
    }
  }

  private static void hideAll(BlockCursor cursor, Set<Long> hidden) {
    for (; !cursor.isAtEnd(); cursor.advance()) {
      hidden.add(cursor.place());
    }
  }

  /** The whole difference of a day to the piece it lies in, whatever patch there was. */
  private void difference(Patch patch) {
    int day = patch.day();
    BlockBuilder builder = new BlockBuilder(bucket, Piece.patch(day), types, blockUsers, sink);
    BlockCursor now = new BlockCursor(rows.apply(day));
    BlockCursor then = new BlockCursor(stored.apply(patch.corrected()));
    skipTo(then, day);
    while (!now.isAtEnd() || !then.isAtEnd()) {
      int user = Math.min(userOf(now), userOf(then));
      boolean isNow = userOf(now) == user;
      boolean wasThen = userOf(then) == user;
      if (!isNow) {
        builder.remove(user, day);
      } else if (!wasThen || !now.sameAs(then)) {
        builder.add(user, day, now.block(), now.userDay());
      }
      if (isNow) {
        now.advance();
      }
      if (wasThen) {
        then.advance();
        skipTo(then, day);
      }
    }
    builder.finish();
  }

  private static void skipTo(BlockCursor cursor, int day) {
    while (!cursor.isAtEnd() && cursor.day() != day) {
      cursor.advance();
    }
  }

  private static int userOf(BlockCursor cursor) {
    return cursor.isAtEnd() ? Integer.MAX_VALUE : cursor.user();
  }
}
