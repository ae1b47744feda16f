package io.tidemark.compaction.run;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.CompactionPlan;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * What a compaction did.
 *
 * @param plan what was to be done
 * @param outcomes of each rewrite that was begun, in the order of the plan
 * @param looked tables that were looked at as a whole; none where only one day's partitions were
 * @param unreadable tables that could not be looked at, and why
 * @param started when it began
 * @param planningSeconds how long it took to plan
 * @param seconds how long it took, planning included
 */
public record CompactionReport(
    CompactionPlan plan,
    List<RewriteOutcome> outcomes,
    Set<TableName> looked,
    Map<TableName, String> unreadable,
    Instant started,
    double planningSeconds,
    double seconds) {
  public CompactionReport {
    outcomes = List.copyOf(outcomes);
    looked = Set.copyOf(looked);
    unreadable = Collections.unmodifiableMap(new LinkedHashMap<>(unreadable));
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
    return !unreadable.isEmpty() || outcomes.stream().anyMatch(RewriteOutcome::failed);
  }
}
