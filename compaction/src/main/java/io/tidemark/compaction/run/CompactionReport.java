package io.tidemark.compaction.run;

import io.tidemark.compaction.plan.CompactionPlan;
import java.time.Instant;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a compaction did.
 *
 * @param plan what was to be done
 * @param outcomes of each rewrite that was begun, in the order of the plan
 * @param started when it began
 * @param seconds how long it took, planning included
 */
public record CompactionReport(
    CompactionPlan plan, List<RewriteOutcome> outcomes, Instant started, double seconds) {
  public CompactionReport {
    outcomes = List.copyOf(outcomes);
  }

  /** A number of all outcomes together. */
  public long total(ToLongFunction<RewriteOutcome> number) {
    return outcomes.stream().mapToLong(number).sum();
  }

  /** Rewrites that the time did not suffice for. */
  public int notBegun() {
    return plan.rewrites().size() - outcomes.size();
  }

  /** Whether something could not be done, other than for writers that came first. */
  public boolean failed() {
    return outcomes.stream().anyMatch(RewriteOutcome::failed);
  }
}
