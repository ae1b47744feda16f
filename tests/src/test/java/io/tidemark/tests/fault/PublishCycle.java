package io.tidemark.tests.fault;

import static org.awaitility.Awaitility.await;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.run.Cuts;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.compare.Explainer;
import io.tidemark.reconciliation.publish.JobOutcome;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import io.tidemark.reconciliation.publish.Publishing;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is done with days whenever rows of them came behind their cut: sealed again, computed,
 * compared and published, accepting that the pending rows differ. Why they do is known, and not
 * looked for.
 */
final class PublishCycle {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final LocalLakehouse house;
  private final List<JobSpec> jobs;
  private final Range days;
  private final Reconciliation reconciliation;
  private final Publishing publishing;
  private final Consumer<String> said;

  /**
   * A cycle.
   *
   * @param said told what was done, step by step
   */
  PublishCycle(LocalLakehouse house, Range days, Consumer<String> said) {
    this(house, house.recomputed(), days, said);
  }

  /** A cycle of some jobs. */
  PublishCycle(LocalLakehouse house, List<JobSpec> jobs, Range days, Consumer<String> said) {
    this.house = house;
    this.jobs = jobs;
    this.days = days;
    this.reconciliation =
        new Reconciliation(
            house.lake(),
            house.jobs(),
            house.tables(),
            Clock.systemUTC(),
            text -> {},
            lake -> Explainer.NONE);
    this.publishing = new Publishing(house.lake(), house.jobs());
    this.said = said;
  }

  /** Runs it once. What another has left half done, it finishes. */
  void run() {
    for (IngestSpec ods : house.ingests()) {
      Seals.sealAgain(house.lake().load(ods.output()), days);
    }
    said.accept("sealed");
    Cuts cuts = new Cuts(house.lake(), house.jobs());
    await("the streams to read what was sealed")
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                jobs.stream()
                    .flatMap(
                        job ->
                            cuts.cutsOf(job, days).stream()
                                .map(cut -> cuts.backlog(job, cut.getValue())))
                    .allMatch(rows -> rows == 0));
    said.accept("caught up");
    house.batch(jobs, days.from(), days.to());
    said.accept("batched");
    reconciliation
        .pin(jobs, days)
        .forEach(
            (day, pins) -> {
              reconciliation.record(reconciliation.compare(day, pins));
              said.accept("compared");
            });
    days.from().datesUntil(days.to().plusDays(1)).forEach(day -> publish(jobs, day));
  }

  private void publish(List<JobSpec> jobs, LocalDate day) {
    List<JobOutcome> outcomes =
        publishing.publish(jobs, day, new Wish(false, Optional.of("pending rows")));
    if (!outcomes.stream().allMatch(outcome -> outcome.status() == Status.DONE)) {
      throw new IllegalStateException("not published: " + outcomes);
    }
    said.accept("published");
  }
}
