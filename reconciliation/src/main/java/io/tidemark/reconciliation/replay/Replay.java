package io.tidemark.reconciliation.replay;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.run.BatchRun;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.publish.JobOutcome;
import io.tidemark.reconciliation.publish.Publishing;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Business days of a job and of everything behind it, made anew from ODS as it is declared today:
 * on the branch {@code offline} first, then compared with what people see, then published. Each
 * step can be repeated, and finds what is done; the streams go on meanwhile.
 */
final class Replay {
  private final JobCatalog jobs;
  private final BatchRun batch;
  private final Reconciliation reconciliation;
  private final Publishing publishing;

  Replay(JobCatalog jobs, BatchRun batch, Reconciliation reconciliation, Publishing publishing) {
    this.jobs = jobs;
    this.batch = batch;
    this.reconciliation = reconciliation;
    this.publishing = publishing;
  }

  /**
   * The jobs whose days are made anew, upstream first: the job, unless it only reads Kafka, and
   * those behind it. A mirror has no days and is not among them.
   */
  static List<JobSpec> affected(JobCatalog jobs, JobSpec job) {
    return Stream.concat(Stream.of(job), jobs.downstream(job).stream())
        .filter(Reconciliation::isComparable)
        .toList();
  }

  /**
   * Computes days that are not made as they are declared today.
   *
   * @param again whether days of the job itself are computed whatever is recorded of them: for a
   *     mistake that no declaration shows, as one of Tidemark
   */
  void rebuild(JobSpec job, Range days, boolean again) {
    for (JobSpec each : affected(jobs, job)) {
      // What is behind the job is made again because its input is.
      boolean anew = again && (each.equals(job) || isBehindKafka(job, each));
      batch.run(each, days, anew);
    }
  }

  private boolean isBehindKafka(JobSpec job, JobSpec each) {
    return job instanceof IngestSpec && jobs.inputs(each).contains(job);
  }

  /** Compares the days with what people see, day by day, and writes that down. */
  List<DayResult> compare(JobSpec job, Range days) {
    List<DayResult> results = new ArrayList<>();
    for (Map.Entry<LocalDate, List<Pin>> day :
        reconciliation.pin(affected(jobs, job), days).entrySet()) {
      DayResult result = reconciliation.compare(day.getKey(), day.getValue());
      reconciliation.record(result);
      results.add(result);
    }
    return results;
  }

  /**
   * Publishes the days, the oldest first, whatever their jobs tolerate: that they differ is what a
   * replay is for. A job that is published never by itself, is not here either, unless it is the
   * one that was named.
   *
   * @param reason why, for the ledger
   */
  List<JobOutcome> publish(JobSpec job, Range days, String reason) {
    List<JobSpec> chosen =
        affected(jobs, job).stream()
            .filter(
                each ->
                    each.equals(job)
                        || Reconciliation.policy(each).publish() != ReconcilePolicy.Publish.NEVER)
            .toList();
    List<JobOutcome> outcomes = new ArrayList<>();
    for (LocalDate day = days.from(); !day.isAfter(days.to()); day = day.plusDays(1)) {
      outcomes.addAll(publishing.publish(chosen, day, new Wish(true, Optional.of(reason))));
    }
    return outcomes;
  }
}
