package io.tidemark.compaction.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.compaction.health.HealthReader;
import io.tidemark.compaction.plan.Candidate;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.spec.JobCatalog;
import java.time.Instant;
import java.util.Optional;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;

/** Looks at tables as a plan needs it: how they are, what is wanted of them, what is leased. */
public final class Candidates {
  private final Lakehouse lake;
  private final Policies policies;
  private final Leases leases;

  /**
   * Looks at the tables of a catalog.
   *
   * @param now when days are leased or not
   */
  public Candidates(Lakehouse lake, JobCatalog jobs, Policies policies, Instant now) {
    this.lake = lake;
    this.policies = policies;
    this.leases = new Leases(lake, jobs, now);
  }

  /** A table; nothing when it belongs to a history of users, whose builds alone replace files. */
  public Optional<Candidate> of(TableName name) {
    Table table = lake.load(name);
    if (table.properties().containsKey(Lakehouse.HISTORY)) {
      return Optional.empty();
    }
    CompactionPolicy policy = policies.of(name);
    return Optional.of(
        new Candidate(
            HealthReader.read(table, SnapshotRef.MAIN_BRANCH, policy),
            policy,
            leases.of(name, table, policy.lease())));
  }
}
