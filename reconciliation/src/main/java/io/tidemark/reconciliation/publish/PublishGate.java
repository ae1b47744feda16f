package io.tidemark.reconciliation.publish;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.publish.Publication;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.reconciliation.NotReadyException;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.RecordedRuns;
import io.tidemark.reconciliation.UnsealedException;
import io.tidemark.reconciliation.plan.Commands;
import io.tidemark.reconciliation.plan.Obstacle;
import io.tidemark.reconciliation.plan.Pin;
import io.tidemark.reconciliation.plan.RecordedRun;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a job's day may be published: what is there today must be what was compared, and the
 * job's policy, or a person, must want it on {@code main}. Nothing is changed by asking.
 */
final class PublishGate {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final RecordedRuns runs;
  private final OfflineDays offline;

  PublishGate(Lakehouse lake, JobCatalog jobs) {
    this.lake = lake;
    this.jobs = jobs;
    this.runs = new RecordedRuns(lake, jobs);
    this.offline = new OfflineDays(lake);
  }

  /**
   * What stands in the way of a publication, or what is to be published.
   *
   * @param refusal why it may not be, and what is to be done; empty where it may
   * @param run what was compared and is to be published; {@code null} where it may not
   * @param reason why a person accepted it; empty where that was not needed
   */
  record Answer(Optional<JobOutcome> refusal, RecordedRun run, String reason) {
    private static Answer no(JobOutcome refusal) {
      return new Answer(Optional.of(refusal), null, "");
    }

    private static Answer no(JobSpec job, Status status, String why, String... next) {
      return no(JobOutcome.of(job.name(), status, why, next));
    }

    private static Answer yes(RecordedRun run, String reason) {
      return new Answer(Optional.empty(), run, reason);
    }
  }

  /**
   * Asks about a day.
   *
   * @param chosen the jobs that are published together with it
   */
  Answer ask(JobSpec job, List<JobSpec> chosen, LocalDate day, Wish wish) {
    Pin today;
    try {
      today = runs.today(job, day);
    } catch (NotReadyException e) {
      return Answer.no(
          new JobOutcome(
              job.name(),
              e instanceof UnsealedException ? Status.REFUSED : Status.NOT_READY,
              "is not ready: "
                  + e.obstacles().get(0).subject()
                  + ", "
                  + e.obstacles().get(0).reason(),
              e.obstacles().stream().map(Obstacle::remedy).distinct().toList()));
    }
    if (offline.isChanged(job, day, today.offline())) {
      return Answer.no(
          job,
          Status.REFUSED,
          "has rows on the branch offline that somebody changed behind its batch (snapshot %d), so they are not what the batch computed; let it compute the day again:"
              .formatted(today.offline()),
          Commands.batch(day, job.name()),
          Commands.reconcile(day, job.name()),
          Commands.publish(day, job.name()));
    }
    Optional<RecordedRun> recorded = runs.find(job, day);
    if (recorded.isEmpty()) {
      return Answer.no(
          job, Status.NOT_READY, "was not compared yet", Commands.reconcile(day, job.name()));
    }
    if (!recorded.get().isOf(today)) {
      return Answer.no(
          job,
          Status.NOT_READY,
          "was compared before its cut, its batch or its definition became what they are",
          Commands.reconcile(day, job.name()));
    }
    return decide(job, chosen, day, recorded.get(), wish);
  }

  private Answer decide(
      JobSpec job, List<JobSpec> chosen, LocalDate day, RecordedRun run, Wish wish) {
    Optional<Publication> ofRun =
        Publication.latest(lake.load(job.output()), day)
            .filter(last -> last.record().run().equals(run.runId()));
    boolean alreadyThere = ofRun.filter(Publication::isPublished).isPresent();
    if (ofRun.isPresent() && !alreadyThere) {
      return Answer.no(
          job,
          Status.NOT_READY,
          "was put back since it was compared",
          Commands.reconcile(day, job.name()));
    }
    ReconcilePolicy policy = Reconciliation.policy(job);
    boolean byVerdict =
        policy.publish() == ReconcilePolicy.Publish.ON_PASS && wish.accepted().isEmpty();
    if (!alreadyThere && byVerdict && !run.isBy(policy.tolerances())) {
      return Answer.no(
          job,
          Status.NOT_READY,
          "was compared with other tolerances than it has now",
          Commands.reconcile(day, job.name()));
    }
    Decision decision =
        alreadyThere
            ? new Decision(Decision.Kind.PUBLISH, "")
            : Decision.of(policy.publish(), run.within(), wish.named(), wish.accepted());
    return switch (decision.kind()) {
      case PUBLISH ->
          (alreadyThere ? Optional.<JobOutcome>empty() : heldBack(job, chosen, day))
              .map(Answer::no)
              .orElseGet(() -> Answer.yes(run, decision.reason()));
      case LEFT_OUT ->
          Answer.no(
              job,
              Status.LEFT_OUT,
              "is left out: its policy is publish: never, which leaves it to a person",
              Commands.accept(day, job.name()));
      case OUTSIDE ->
          Answer.no(
              job,
              Status.OUTSIDE,
              "is OUTSIDE TOLERANCE and was not published; once it is understood:",
              Commands.accept(day, job.name()));
    };
  }

  /**
   * Published alone, a job would show what its input on main does not. The jobs of this call are
   * looked after by their set, and what a policy leaves out holds up nothing.
   */
  private Optional<JobOutcome> heldBack(JobSpec job, List<JobSpec> chosen, LocalDate day) {
    List<JobSpec> missing =
        jobs.upstream(job).stream()
            .filter(Reconciliation::isComparable)
            .filter(upstream -> !chosen.contains(upstream))
            .filter(
                upstream ->
                    Reconciliation.policy(upstream).publish() != ReconcilePolicy.Publish.NEVER)
            .filter(upstream -> !offline.isOnMain(upstream, day))
            .toList();
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = missing.stream().map(JobSpec::name).toList();
    List<String> together = new ArrayList<>(names);
    together.add(job.name());
    return Optional.of(
        JobOutcome.of(
            job.name(),
            missing.stream().anyMatch(upstream -> isOutside(upstream, day))
                ? Status.BEHIND_OUTSIDE
                : Status.HELD_BACK,
            "was not published: it is computed from the batch of %s, which is not on main; together:"
                .formatted(String.join(", ", names)),
            Commands.publish(day, together)));
  }

  /** Whether only a person publishes it, as far as its last comparison says. */
  private boolean isOutside(JobSpec job, LocalDate day) {
    return Reconciliation.policy(job).publish() == ReconcilePolicy.Publish.ON_PASS
        && runs.find(job, day).filter(run -> !run.within()).isPresent();
  }
}
