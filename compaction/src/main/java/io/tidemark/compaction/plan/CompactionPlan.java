package io.tidemark.compaction.plan;

import io.tidemark.compaction.plan.LeftAlone.Why;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What is to be rewritten, and what is not.
 *
 * @param rewrites in the order in which they are to be done: the highest gain per cost first
 * @param leftAlone everything else, with the reason; of a rewrite that the budget cuts short, the
 *     rest
 */
public record CompactionPlan(List<Rewrite> rewrites, List<LeftAlone> leftAlone) {
  public CompactionPlan {
    rewrites = List.copyOf(rewrites);
    leftAlone = List.copyOf(leftAlone);
  }

  /** A number of all rewrites together. */
  public long total(ToLongFunction<Rewrite> number) {
    return rewrites.stream().mapToLong(number).sum();
  }

  /** Expected time of all rewrites, one after the other. */
  public double seconds() {
    return rewrites.stream().mapToDouble(Rewrite::seconds).sum();
  }

  /** How many are left alone for a reason. */
  public long count(Why why) {
    return leftAlone.stream().filter(each -> each.why() == why).count();
  }
}
