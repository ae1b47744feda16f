package io.tidemark.compaction.run;

import static java.util.Comparator.naturalOrder;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.publish.DayLease;
import io.tidemark.compaction.retain.Comparison;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.apache.iceberg.Table;

/** Days of tables that wait for their publication. */
final class Leases {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final Instant now;
  private final Map<TableName, Table> roots = new HashMap<>();
  private List<Comparison> comparisons;

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
    return DayLease.of(table, ods, compared(writer.get().name()), longest, now);
  }

  private Map<LocalDate, Instant> compared(String job) {
    if (comparisons == null) {
      comparisons = Comparison.all(lake);
    }
    Map<LocalDate, Instant> compared = new HashMap<>();
    comparisons.stream()
        .filter(each -> each.job().equals(job))
        .forEach(
            each -> compared.merge(each.day(), each.at(), BinaryOperator.maxBy(naturalOrder())));
    return compared;
  }

  private static boolean isPublished(JobSpec job) {
    return job.policy()
        .filter(policy -> policy.publish() != ReconcilePolicy.Publish.NEVER)
        .isPresent();
  }
}
