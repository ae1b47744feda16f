package io.tidemark.reconciliation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.run.BatchInputs;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.run.Cuts;
import io.tidemark.jobs.run.MetricVersions;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lineage;
import io.tidemark.reconciliation.plan.Obstacle;
import io.tidemark.reconciliation.plan.Pin;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** Fixes which snapshots are compared, and collects whatever stands in the way. */
final class Pinning {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final Cuts cuts;
  private final Set<Obstacle> obstacles = new LinkedHashSet<>();

  Pinning(Lakehouse lake, JobCatalog jobs) {
    this.lake = lake;
    this.jobs = jobs;
    this.cuts = new Cuts(lake, jobs);
  }

  /** The day of a job, or nothing and at least one obstacle. */
  Optional<Pin> pin(JobSpec job, LocalDate day) {
    List<Obstacle> found = missing(job, day);
    if (found.isEmpty()) {
      Map<String, Long> cut = cuts.cutOf(job, day);
      found.addAll(unread(job, day, cut));
      Table table = lake.load(job.output());
      Optional<Map.Entry<Long, BatchRecord>> batch = BatchRecord.latest(table, day);
      batchReason(job, day, cut, batch.map(Map.Entry::getValue))
          .ifPresent(reason -> found.add(Obstacle.batch(day, job.name(), reason)));
      if (found.isEmpty()) {
        // Taken after the backlog was found empty, so it holds everything up to the cut.
        Snapshot main = table.currentSnapshot();
        long made = batch.orElseThrow().getKey();
        return Optional.of(
            new Pin(
                day,
                job.name(),
                main == null ? null : main.snapshotId(),
                BatchRecord.changedSince(table, made).orElse(made),
                cut,
                lineage(job)));
      }
    }
    obstacles.addAll(found);
    return Optional.empty();
  }

  /**
   * Refuses to go on with part of what was asked for.
   *
   * @throws NotReadyException with every obstacle that was met
   */
  void check() {
    List<Obstacle> all = List.copyOf(obstacles);
    if (all.stream().anyMatch(Obstacle::unsealed)) {
      throw new UnsealedException(all);
    }
    if (!all.isEmpty()) {
      throw new NotReadyException(all);
    }
  }

  private List<Obstacle> missing(JobSpec job, LocalDate day) {
    List<Obstacle> found = new ArrayList<>();
    for (JobSpec each : withUpstream(job)) {
      if (!lake.exists(each.output())) {
        found.add(Obstacle.neverRun(day, each.name()));
      } else if (each instanceof IngestSpec
          && Seals.cutOf(lake.load(each.output()), day).isEmpty()) {
        found.add(Obstacle.unsealed(day, each.output().toString()));
      }
    }
    return found;
  }

  private List<Obstacle> unread(JobSpec job, LocalDate day, Map<String, Long> cut) {
    long rows = cuts.backlog(job, cut);
    if (rows == 0) {
      return List.of();
    }
    // A job can only catch up with what the jobs above it have written.
    String behind =
        withUpstream(job).stream()
            .filter(each -> each.equals(job) || cuts.backlog(each, cut) > 0)
            .map(JobSpec::name)
            .collect(Collectors.joining(" "));
    return List.of(Obstacle.unread(day, job.name(), rows, behind));
  }

  /** Why the batch of the day is not the one to compare; nothing when it is. */
  private Optional<String> batchReason(
      JobSpec job, LocalDate day, Map<String, Long> cut, Optional<BatchRecord> batch) {
    if (batch.isEmpty()) {
      return Optional.of("no batch has computed the day");
    }
    if (!batch.get().isOf(cut, batch.get().spec())) {
      return Optional.of("its batch of the day was made at another cut");
    }
    if (!batch.get().isOf(cut, lineage(job))) {
      return Optional.of(
          "its batch of the day was made by another definition of the job, or of one above it, or in"
              + " another time zone"
              + new MetricVersions(batch.get().metrics()).changedTo(MetricVersions.of(job)));
    }
    return new BatchInputs(lake, jobs)
        .madeAgain(job, day, batch.get())
        .map(
            above ->
                "its batch of the day was made before that of %s was made again"
                    .formatted(above.name()));
  }

  private String lineage(JobSpec job) {
    return Lineage.hashOf(job, jobs, lake.environment().timeZone());
  }

  /** The job and all it depends on, upstream first. */
  private Set<JobSpec> withUpstream(JobSpec job) {
    Set<JobSpec> all = new LinkedHashSet<>();
    jobs.inputs(job).forEach(upstream -> all.addAll(withUpstream(upstream)));
    all.add(job);
    return all;
  }
}
