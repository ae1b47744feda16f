package io.tidemark.reconciliation.history;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.reconciliation.NotReadyException;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.plan.Commands;
import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.JobFacts;
import io.tidemark.reconciliation.report.JobFacts.Freshness;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import io.tidemark.reconciliation.report.JobFacts.Obstacle;
import io.tidemark.reconciliation.report.JobFacts.Run;
import io.tidemark.reconciliation.report.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks up what the report of a day says. It only reads. */
public final class FactsReader {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final Reconciliation reconciliation;

  /**
   * A reader of these jobs' days.
   *
   * @param reconciliation says what keeps a day from being compared
   */
  public FactsReader(Lakehouse lake, JobCatalog jobs, Reconciliation reconciliation) {
    this.lake = lake.newSession();
    this.jobs = jobs;
    this.reconciliation = reconciliation;
  }

  /**
   * The facts of a day.
   *
   * @param now when the report is made
   */
  public DayFacts read(LocalDate day, Instant now) {
    JobHistory history = new JobHistory(new OpsTables(lake), day);
    Streams streams = new Streams(lake);
    Sources sources = new Sources(lake);
    List<Duration> timesToPublish = history.timesToPublish();
    return new DayFacts(
        day,
        now,
        lake.environment().timeZone(),
        lake.environment().name(),
        jobs.jobs().stream()
            .filter(Reconciliation::isComparable)
            .map(job -> job(job, day, history, streams, now))
            .sorted(Comparator.comparing(JobFacts::verdict))
            .toList(),
        jobs.jobs().stream()
            .filter(IngestSpec.class::isInstance)
            .map(job -> sources.of((IngestSpec) job, day))
            .toList(),
        history.publications(),
        history.ends(),
        history.offenders(),
        mean(timesToPublish),
        timesToPublish.size(),
        new TagHistories(new OpsTables(lake), day).all(),
        new Maintenance(new OpsTables(lake), day).facts());
  }

  private static Optional<Duration> mean(List<Duration> spans) {
    return spans.stream().reduce(Duration::plus).map(sum -> sum.dividedBy(spans.size()));
  }

  private JobFacts job(
      JobSpec job, LocalDate day, JobHistory history, Streams streams, Instant now) {
    Optional<Run> run = history.run(job.name());
    List<Metric> metrics = history.metrics(job.name());
    Freshness freshness = streams.of(job, now);
    Verdict verdict =
        run.map(each -> verdict(each, metrics))
            .orElseGet(
                () ->
                    history.knows(job.name()) || freshness.lastCommit() != null || batched(job, day)
                        ? Verdict.NOT_COMPARED
                        : Verdict.NOT_RUN);
    return new JobFacts(
        job.name(),
        job.owner(),
        job.policy().orElse(ReconcilePolicy.DEFAULT).notification(),
        job.output().toString(),
        verdict,
        verdict == Verdict.NOT_COMPARED ? Optional.of(obstacle(job, day)) : Optional.empty(),
        run,
        metrics,
        history.worst(job.name(), metrics),
        history.days(job.name()),
        freshness);
  }

  private boolean batched(JobSpec job, LocalDate day) {
    return lake.exists(job.output())
        && BatchRecord.latest(lake.load(job.output()), day).isPresent();
  }

  private static Verdict verdict(Run run, List<Metric> metrics) {
    if (!metrics.stream().allMatch(Metric::within)) {
      return Verdict.OUTSIDE;
    }
    return run.differingKeys() > 0 ? Verdict.WITHIN : Verdict.EQUAL;
  }

  /** The first thing that stands in the way; whatever fails here is a reason too. */
  private Obstacle obstacle(JobSpec job, LocalDate day) {
    String compare = Commands.reconcile(day, job.name());
    try {
      reconciliation.pin(List.of(job), new Range(day, day));
      return new Obstacle("Both sides are there, and nobody has compared them:", compare);
    } catch (NotReadyException e) {
      io.tidemark.reconciliation.plan.Obstacle first = e.obstacles().get(0);
      String reason = first.reason();
      return new Obstacle(
          first.subject().equals(job.name())
              ? reason.substring(0, 1).toUpperCase(Locale.ROOT) + reason.substring(1) + "."
              : first.subject() + ": " + reason + ".",
          first.remedy());
    } catch (Exception e) {
      // Also what is checked in Scala, and so not declared.
      return new Obstacle("It cannot be compared: " + e.getMessage(), compare);
    }
  }
}
