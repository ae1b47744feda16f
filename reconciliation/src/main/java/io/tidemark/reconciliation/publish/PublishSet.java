package io.tidemark.reconciliation.publish;

import io.tidemark.reconciliation.plan.Commands;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Jobs whose day is published together, upstream first, or put back together, downstream first. One
 * that is not published holds up those behind it, and one that is not put back those it reads: it
 * would otherwise show what its input does not. What was done stays, so a rerun goes on where this
 * one stopped.
 *
 * @param <J> a job
 */
final class PublishSet<J> {
  private final List<J> jobs;
  private final Function<J, String> name;
  private final Function<J, ? extends Collection<J>> upstream;
  private final LocalDate day;

  /**
   * A set.
   *
   * @param jobs upstream first
   * @param upstream all jobs that a job depends on, whether they are in the set or not
   */
  PublishSet(
      LocalDate day,
      List<J> jobs,
      Function<J, String> name,
      Function<J, ? extends Collection<J>> upstream) {
    this.day = day;
    this.jobs = List.copyOf(jobs);
    this.name = name;
    this.upstream = upstream;
  }

  /**
   * Publishes each job that no other holds up.
   *
   * @param taker takes each outcome as soon as it is there
   */
  List<JobOutcome> publish(Function<J, JobOutcome> each, Consumer<JobOutcome> taker) {
    return inTurn(
        jobs,
        (job, other) -> upstream.apply(job).contains(other),
        each,
        (job, holder) ->
            waits(
                job,
                "waits: it reads what %s writes, which was not published; once it is:",
                holder,
                Commands::publish),
        taker);
  }

  /**
   * Puts each job back that no other holds up.
   *
   * @param taker takes each outcome as soon as it is there
   */
  List<JobOutcome> undo(Function<J, JobOutcome> each, Consumer<JobOutcome> taker) {
    List<J> downstreamFirst = new ArrayList<>(jobs);
    Collections.reverse(downstreamFirst);
    return inTurn(
        downstreamFirst,
        (job, other) -> upstream.apply(other).contains(job),
        each,
        (job, holder) ->
            waits(
                job,
                "waits: %s reads what it writes, and was not put back; once it is:",
                holder,
                Commands::undo),
        taker);
  }

  private List<JobOutcome> inTurn(
      List<J> ordered,
      BiPredicate<J, J> isHeldBy,
      Function<J, JobOutcome> each,
      BiFunction<J, J, JobOutcome> waits,
      Consumer<JobOutcome> taker) {
    Set<J> held = new LinkedHashSet<>();
    List<JobOutcome> outcomes = new ArrayList<>();
    for (J job : ordered) {
      Optional<J> holder = held.stream().filter(other -> isHeldBy.test(job, other)).findFirst();
      JobOutcome outcome =
          holder.map(other -> waits.apply(job, other)).orElseGet(() -> each.apply(job));
      if (outcome.status().blocks()) {
        held.add(job);
      }
      taker.accept(outcome);
      outcomes.add(outcome);
    }
    return outcomes;
  }

  private JobOutcome waits(
      J job, String why, J holder, BiFunction<LocalDate, String, String> command) {
    String named = name.apply(job);
    return JobOutcome.of(
        named, Status.BLOCKED, why.formatted(name.apply(holder)), command.apply(day, named));
  }
}
