package io.tidemark.compaction.run;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Rewriters that nobody uses right now: each has a session of its own, which is kept for the next
 * run.
 */
final class RewriterPool {
  private final Queue<Rewriter> idle = new ConcurrentLinkedQueue<>();
  private final Supplier<Rewriter> maker;

  RewriterPool(Supplier<Rewriter> maker) {
    this.maker = maker;
  }

  Rewriter take() {
    Rewriter rewriter = idle.poll();
    return rewriter == null ? maker.get() : rewriter;
  }

  void giveBack(Rewriter rewriter) {
    idle.add(rewriter);
  }
}
