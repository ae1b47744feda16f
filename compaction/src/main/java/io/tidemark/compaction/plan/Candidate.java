package io.tidemark.compaction.plan;

import io.tidemark.catalog.publish.DayLease;
import io.tidemark.compaction.health.TableHealth;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.util.List;

/**
 * A table that may be rewritten.
 *
 * @param health how it is
 * @param policy what is wanted of it
 * @param leases days that are not to be touched
 */
public record Candidate(TableHealth health, CompactionPolicy policy, List<DayLease> leases) {
  public Candidate {
    leases = List.copyOf(leases);
  }
}
