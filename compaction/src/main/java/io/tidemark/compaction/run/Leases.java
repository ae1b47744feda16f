package io.tidemark.compaction.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.publish.DayLease;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.TransformSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;

/** Days of tables that wait for their publication. */
final class Leases {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final Instant now;
  private final Map<TableName, Table> roots = new HashMap<>();

  Leases(Lakehouse lake, JobCatalog jobs, Instant now) {
    this.lake = lake;
    this.jobs = jobs;
    this.now = now;
  }

  /**
   * The leased days of a table; none where its days are not published, or only when a person wants
   * it.
   *
   * @param table just loaded
   * @param longest how long a day is leased at most
   */
  List<DayLease> of(TableName name, Table table, Duration longest) {
    Optional<JobSpec> writer = jobs.writerOf(name).filter(Leases::isPublished);
    if (writer.isEmpty()) {
      return List.of();
    }
    List<Table> ods =
        jobs.roots(writer.get()).stream()
            .map(JobSpec::output)
            .filter(lake::exists)
            .map(root -> roots.computeIfAbsent(root, lake::load))
            .toList();
    return DayLease.of(table, ods, longest, now);
  }

  private static boolean isPublished(JobSpec job) {
    ReconcilePolicy policy =
        job instanceof TransformSpec transform
            ? transform.reconcile()
            : job instanceof AggregateSpec aggregate ? aggregate.reconcile() : null;
    return policy != null && policy.publish() != ReconcilePolicy.Publish.NEVER;
  }
}
