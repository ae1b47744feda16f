package io.tidemark.reconciliation.publish;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.publish.DayChangedException;
import io.tidemark.catalog.publish.DayPublish;
import io.tidemark.catalog.publish.DayPublish.Request;
import io.tidemark.catalog.publish.DayPublish.Result;
import io.tidemark.catalog.publish.DayUndo;
import io.tidemark.catalog.publish.Publication;
import io.tidemark.catalog.publish.PublishRecord;
import io.tidemark.catalog.publish.PublishRefusedException;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.reconciliation.NotReadyException;
import io.tidemark.reconciliation.PublicationTable;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.RecordedRuns;
import io.tidemark.reconciliation.UnsealedException;
import io.tidemark.reconciliation.plan.Commands;
import io.tidemark.reconciliation.plan.Obstacle;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RecordedRun;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Table;

/**
 * Publishes reconciled days, and puts them back.
 *
 * <p>A day goes to {@code main} in one commit per table, upstream first. Each commit is final by
 * itself: whatever comes in between, a rerun finds what is done and goes on. What is published is
 * what was compared and nothing else: the recorded comparison must be of the cut, the batch and the
 * definition of today, and the commit fails when anything of the day has changed on {@code main}
 * since. Streams that write and read the tables go on meanwhile.
 */
public final class Publishing {
  /**
   * What a person asks for.
   *
   * @param named whether the jobs were named one by one
   * @param accepted why what is beyond its tolerance is published all the same; empty when it is
   *     not
   */
  public record Wish(boolean named, Optional<String> accepted) {
    /** Whatever the policies say. */
    public static final Wish BY_POLICY = new Wish(false, Optional.empty());
  }

  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final RecordedRuns runs;
  private final PublicationTable ledger;

  public Publishing(Lakehouse lake, JobCatalog jobs) {
    this.lake = lake.newSession();
    this.jobs = jobs;
    this.runs = new RecordedRuns(this.lake, jobs);
    this.ledger = new PublicationTable(this.lake);
  }

  /**
   * Publishes a day of comparable jobs.
   *
   * @param chosen upstream first
   */
  public List<JobOutcome> publish(List<JobSpec> chosen, LocalDate day, Wish wish) {
    return new PublishSet<JobSpec>(chosen, JobSpec::name, jobs::upstream)
        .publish(job -> refusedOr(job, () -> publish(job, day, wish)));
  }

  /**
   * Puts a day of comparable jobs back as it was before it was published last.
   *
   * @param chosen upstream first; they are put back the other way round
   */
  public List<JobOutcome> undo(List<JobSpec> chosen, LocalDate day) {
    List<JobSpec> downstreamFirst = new ArrayList<>(chosen);
    Collections.reverse(downstreamFirst);
    return downstreamFirst.stream().map(job -> refusedOr(job, () -> undo(job, day))).toList();
  }

  private static JobOutcome refusedOr(JobSpec job, Supplier<JobOutcome> work) {
    try {
      return work.get();
    } catch (PublishRefusedException e) {
      return JobOutcome.of(job.name(), Status.REFUSED, e.getMessage());
    }
  }

  private JobOutcome publish(JobSpec job, LocalDate day, Wish wish) {
    Pin today;
    try {
      today = runs.today(job, day);
    } catch (NotReadyException e) {
      return new JobOutcome(
          job.name(),
          e instanceof UnsealedException ? Status.REFUSED : Status.NOT_READY,
          "is not ready: " + e.obstacles().get(0).subject() + ", " + e.obstacles().get(0).reason(),
          e.obstacles().stream().map(Obstacle::remedy).distinct().toList());
    }
    Optional<RecordedRun> recorded = runs.find(job, day);
    if (recorded.isEmpty()) {
      return JobOutcome.of(
          job.name(),
          Status.NOT_READY,
          "was not compared yet",
          Commands.reconcile(day, job.name()));
    }
    if (!recorded.get().isOf(today)) {
      return JobOutcome.of(
          job.name(),
          Status.NOT_READY,
          "was compared before its cut, its batch or its definition became what they are",
          Commands.reconcile(day, job.name()));
    }
    return publish(job, day, recorded.get(), wish);
  }

  private JobOutcome publish(JobSpec job, LocalDate day, RecordedRun run, Wish wish) {
    Table table = lake.load(job.output());
    boolean alreadyThere =
        Publication.latest(table, day).filter(last -> last.isOf(run.runId())).isPresent();
    ReconcilePolicy policy = Reconciliation.policy(job);
    boolean byVerdict =
        policy.publish() == ReconcilePolicy.Publish.ON_PASS && wish.accepted().isEmpty();
    if (!alreadyThere && byVerdict && !run.isBy(policy.tolerances())) {
      return JobOutcome.of(
          job.name(),
          Status.NOT_READY,
          "was compared with other tolerances than it has now",
          Commands.reconcile(day, job.name()));
    }
    Decision decision =
        alreadyThere
            ? new Decision(Decision.Kind.PUBLISH, "")
            : Decision.of(policy.publish(), run.within(), wish.named(), wish.accepted());
    return switch (decision.kind()) {
      case PUBLISH -> commit(table, job, day, run, decision.reason());
      case LEFT_OUT ->
          JobOutcome.of(
              job.name(),
              Status.LEFT_OUT,
              "is left out: its policy is publish: never, which leaves it to a person",
              Commands.accept(day, job.name()));
      case OUTSIDE ->
          JobOutcome.of(
              job.name(),
              Status.OUTSIDE,
              "is OUTSIDE TOLERANCE and was not published; once it is understood:",
              Commands.accept(day, job.name()));
    };
  }

  private JobOutcome commit(
      Table table, JobSpec job, LocalDate day, RecordedRun run, String reason) {
    long start = System.nanoTime();
    Result result;
    try {
      result =
          DayPublish.publish(
              table, new Request(job.name(), day, run.runId(), run.main(), run.offline(), reason));
    } catch (DayChangedException e) {
      return JobOutcome.of(
          job.name(),
          Status.NOT_READY,
          e.getMessage(),
          Commands.reconcile(day, job.name()),
          Commands.publish(day, job.name()));
    }
    written(table, job, day, result, start);
    PublishRecord record = result.publication().record();
    return JobOutcome.of(
        job.name(),
        Status.DONE,
        "%s: %,d rows in %,d files, snapshot %d"
            .formatted(
                result.made() ? "published" : "was published already",
                record.rows(),
                record.files(),
                result.publication().snapshot()));
  }

  private JobOutcome undo(JobSpec job, LocalDate day) {
    long start = System.nanoTime();
    Optional<Result> result =
        lake.exists(job.output()) ? DayUndo.undo(lake, job.output(), day) : Optional.empty();
    if (result.isEmpty()) {
      return JobOutcome.of(
          job.name(), Status.LEFT_OUT, "was never published for " + day + ": nothing to put back");
    }
    written(lake.load(job.output()), job, day, result.get(), start);
    return JobOutcome.of(
        job.name(),
        Status.DONE,
        "%s, snapshot %d"
            .formatted(
                result.get().made()
                    ? "put back as it was before it was published"
                    : "was put back already",
                result.get().publication().snapshot()));
  }

  /** Behind the commit, so that it never speaks of what is not there. */
  private void written(Table table, JobSpec job, LocalDate day, Result result, long start) {
    ledger.record(
        job,
        day,
        Publication.all(table),
        result.made() ? Optional.of((System.nanoTime() - start) / 1e9) : Optional.empty());
  }
}
