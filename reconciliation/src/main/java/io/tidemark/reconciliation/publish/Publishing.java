package io.tidemark.reconciliation.publish;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.UserError;
import io.tidemark.catalog.publish.DayChangedException;
import io.tidemark.catalog.publish.DayPublish;
import io.tidemark.catalog.publish.DayPublish.Request;
import io.tidemark.catalog.publish.DayPublish.Result;
import io.tidemark.catalog.publish.DayUndo;
import io.tidemark.catalog.publish.Publication;
import io.tidemark.catalog.publish.PublishRecord;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.reconciliation.PublicationTable;
import io.tidemark.reconciliation.plan.Commands;
import io.tidemark.reconciliation.plan.RecordedRun;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);

  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final PublishGate gate;
  private final PublicationTable ledger;
  private final BiConsumer<LocalDate, JobOutcome> progress;

  /** Publishes without telling anybody before it is through. */
  public Publishing(Lakehouse lake, JobCatalog jobs) {
    this(lake, jobs, (day, outcome) -> {});
  }

  /**
   * Publishes.
   *
   * @param progress takes what became of each job as soon as that is known
   */
  public Publishing(Lakehouse lake, JobCatalog jobs, BiConsumer<LocalDate, JobOutcome> progress) {
    this.lake = lake.newSession();
    this.jobs = jobs;
    this.gate = new PublishGate(this.lake, jobs);
    this.ledger = new PublicationTable(this.lake);
    this.progress = progress;
  }

  /**
   * Publishes a day of comparable jobs. A job that fails keeps no other from its turn, but for
   * those behind it.
   *
   * @param chosen upstream first
   */
  public List<JobOutcome> publish(List<JobSpec> chosen, LocalDate day, Wish wish) {
    return new PublishSet<JobSpec>(day, chosen, JobSpec::name, jobs::upstream)
        .publish(
            job -> orWhatFailed(job, () -> publish(job, chosen, day, wish)),
            outcome -> progress.accept(day, outcome));
  }

  /**
   * Puts a day of comparable jobs back as it was before it was published last. A job that fails
   * keeps those it reads as they are.
   *
   * @param chosen upstream first; they are put back the other way round
   */
  public List<JobOutcome> undo(List<JobSpec> chosen, LocalDate day) {
    return new PublishSet<JobSpec>(day, chosen, JobSpec::name, jobs::upstream)
        .undo(
            job -> orWhatFailed(job, () -> undo(job, day)),
            outcome -> progress.accept(day, outcome));
  }

  private static JobOutcome orWhatFailed(JobSpec job, Supplier<JobOutcome> work) {
    try {
      return work.get();
    } catch (Exception e) {
      // Also what is checked in Scala, and so not declared: a job of the engine that failed.
      Optional<UserError> refusal = FailureText.userError(e);
      if (refusal.isPresent()) {
        return new JobOutcome(
            job.name(),
            Status.REFUSED,
            refusal.get().getMessage(),
            refusal.map(UserError::nextStep).filter(step -> !step.isBlank()).stream().toList());
      }
      LOG.warn("{} failed", job.name(), e);
      return JobOutcome.of(job.name(), Status.FAILED, "failed: " + FailureText.inALine(e));
    }
  }

  private JobOutcome publish(JobSpec job, List<JobSpec> chosen, LocalDate day, Wish wish) {
    PublishGate.Answer answer = gate.ask(job, chosen, day, wish);
    return answer.refusal().orElseGet(() -> commit(job, day, answer.run(), answer.reason()));
  }

  private JobOutcome commit(JobSpec job, LocalDate day, RecordedRun run, String reason) {
    Table table = lake.load(job.output());
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
    Publication publication = result.get().publication();
    if (publication.isPublished()) {
      return JobOutcome.of(
          job.name(),
          Status.NOT_READY,
          "was published once more while it was to be put back, and that stands (snapshot %d); to put that back:"
              .formatted(publication.snapshot()),
          Commands.undo(day, job.name()));
    }
    return JobOutcome.of(
        job.name(),
        Status.DONE,
        "%s, snapshot %d"
            .formatted(
                result.get().made()
                    ? "put back as it was before it was published"
                    : "was put back already",
                publication.snapshot()));
  }

  /** Behind the commit, so that it never speaks of what is not there. */
  private void written(Table table, JobSpec job, LocalDate day, Result result, long start) {
    long commit = result.publication().snapshot();
    try {
      ledger.record(
          job,
          day,
          Publication.all(table),
          result.made() ? Map.of(commit, (System.nanoTime() - start) / 1e9) : Map.of());
    } catch (Exception e) {
      // Checked in Scala, and so not declared.
      throw new IllegalStateException(
          "%s is committed (snapshot %d), and ops.publication does not say so; the next call writes it"
              .formatted(result.publication().record().action().text(), commit),
          e);
    }
  }
}
