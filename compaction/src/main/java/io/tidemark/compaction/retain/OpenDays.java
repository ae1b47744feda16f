package io.tidemark.compaction.retain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.publish.Publication;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.ReconcilePolicy.Publish;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Days that a batch has computed and that are not published: publishing them needs their batches,
 * those they were made from, and the history of {@code main} since they were compared.
 */
final class OpenDays {
  private final JobCatalog jobs;
  private final SnapshotNeeds needs;
  private final SortedMap<String, Days> tables = new TreeMap<>();

  /**
   * What a table has of days.
   *
   * @param table the table
   * @param batches day to the newest batch on {@code offline}
   * @param published day to its newest publication on {@code main}
   */
  private record Days(
      Table table, Map<LocalDate, Batch> batches, Map<LocalDate, Publication> published) {
    boolean isOpen(LocalDate day) {
      Publication last = published.get(day);
      return last == null
          || !last.isPublished()
          || !shows(last.record().batch(), batches.get(day).snapshot());
    }

    /**
     * Whether a snapshot that was published has a batch in it: batches of other days, or what
     * somebody did by hand, may have come on top. One that has expired is older than all that is
     * left.
     */
    private boolean shows(long published, long batch) {
      return table.snapshot(published) != null
          && SnapshotUtil.isAncestorOf(table, published, batch);
    }
  }

  private record Batch(long snapshot, BatchRecord record) {}

  OpenDays(JobCatalog jobs, SnapshotNeeds needs) {
    this.jobs = jobs;
    this.needs = needs;
  }

  /**
   * Adds what is needed of all tables.
   *
   * @param comparisons what was compared
   */
  void add(CatalogTables catalog, List<Comparison> comparisons) {
    catalog
        .tables()
        .forEach(
            (name, table) -> {
              try {
                tables.put(name, days(table));
              } catch (IllegalStateException unreadable) {
                needs.everything("table %s: %s".formatted(name, unreadable.getMessage()));
              }
            });
    Set<LocalDate> open = new TreeSet<>();
    tables.forEach(
        (name, days) -> {
          if (isPublished(writer(name))) {
            days.batches().keySet().stream().filter(days::isOpen).forEach(open::add);
          }
        });
    tables.forEach((name, days) -> open.forEach(day -> addBatch(name, days, day)));
    comparisons.forEach(this::addComparison);
  }

  private static Days days(Table table) {
    Map<LocalDate, Batch> batches = new HashMap<>();
    SnapshotRef branch = table.refs().get(Lakehouse.OFFLINE);
    if (branch != null) {
      for (Snapshot snapshot : SnapshotUtil.ancestorsOf(branch.snapshotId(), table::snapshot)) {
        BatchRecord.in(snapshot)
            .ifPresent(
                record ->
                    record
                        .range()
                        .from()
                        .datesUntil(record.range().to().plusDays(1))
                        .forEach(
                            day ->
                                batches.putIfAbsent(
                                    day, new Batch(snapshot.snapshotId(), record))));
      }
    }
    Map<LocalDate, Publication> published = new HashMap<>();
    if (table.currentSnapshot() != null) {
      Publication.all(table).forEach(each -> published.put(each.record().date(), each));
    }
    return new Days(table, batches, published);
  }

  private Optional<JobSpec> writer(String table) {
    return jobs.jobs().stream().filter(job -> job.output().toString().equals(table)).findFirst();
  }

  /** Whether days of a job come to be published; also of one that is not declared any more. */
  private static boolean isPublished(Optional<JobSpec> job) {
    Optional<ReconcilePolicy> policy = job.flatMap(JobSpec::policy);
    return job.isEmpty() || policy.filter(is -> is.publish() != Publish.NEVER).isPresent();
  }

  private void addBatch(String name, Days days, LocalDate day) {
    Batch batch = days.batches().get(day);
    if (batch == null) {
      return;
    }
    String who =
        "the batch of %s in table %s, a day that is not published: %s"
            .formatted(day, name, remedy(name, day));
    needs.since(batch.snapshot(), who);
    batch.record().inputs().values().forEach(id -> needs.since(id, who));
    batch.record().cut().values().forEach(id -> needs.alone(id, who));
    batch.record().dimensions().values().forEach(id -> needs.alone(id, who));
    Publication last = days.published().get(day);
    if (last != null) {
      needs.since(last.record().batch(), who);
    }
  }

  private String remedy(String table, LocalDate day) {
    return writer(table).isPresent()
        ? "./tidemark publish --day %s, or let jobs whose days nobody publishes say publish: never"
            .formatted(day)
        : "its job is no longer declared, so drop its branch %s".formatted(Lakehouse.OFFLINE);
  }

  private void addComparison(Comparison comparison) {
    LocalDate day = comparison.day();
    String name = comparison.job();
    Optional<JobSpec> job =
        jobs.jobs().stream().filter(each -> each.name().equals(name)).findFirst();
    boolean isDone =
        job.map(each -> tables.get(each.output().toString()))
            .map(days -> days.published().get(day))
            .filter(
                last ->
                    last.record().run().equals(comparison.run())
                        || last.isPublished() && last.record().batch() == comparison.offline())
            .isPresent();
    if (isDone || !isPublished(job)) {
      return;
    }
    String who =
        job.isPresent()
            ? "the comparison of %s of job %s, which is not published: publish the day, or compare it again"
                .formatted(day, name)
            : "the comparison of %s of job %s, which is no longer declared: delete it from %s"
                .formatted(day, name, Comparison.TABLE);
    if (comparison.main() != null) {
      needs.since(comparison.main(), who);
    }
    needs.since(comparison.offline(), who);
  }
}
