package io.tidemark.compaction.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Candidate;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.Planner;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.JobCatalog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rewrites what is worth rewriting, beside whoever writes. Every group of files is a commit of its
 * own, which carries the table's markers and changes no answer; a group that another writer came
 * before is given up. Wherever it is interrupted, the tables are right, files that no commit names
 * are orphans, and the next one plans anew.
 */
public final class Compaction {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final JobTables tables;
  private final Policies policies;
  private final InstantSource clock;
  private final CompactionListener listener;
  private final RewriterPool rewriters = new RewriterPool(this::rewriter);
  private final Set<TableName> dangling = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * What is to be compacted.
   *
   * @param tables the tables; those of histories of users are left out
   * @param time how long it may take, at most: planned by expected times and held to by the clock
   * @param day the business day whose partitions are meant; {@code null} for all, and the manifests
   * @param cores cores of the session
   */
  public record Order(List<TableName> tables, Duration time, LocalDate day, int cores) {
    public Order {
      tables = List.copyOf(tables);
    }
  }

  /**
   * A compaction.
   *
   * @param jobs who writes which table, and how its rows are folded
   * @param clock by which partitions are hot and the time is used up
   */
  public Compaction(
      Lakehouse lake,
      JobCatalog jobs,
      JobTables tables,
      Policies policies,
      InstantSource clock,
      CompactionListener listener) {
    this.lake = lake;
    this.jobs = jobs;
    this.tables = tables;
    this.policies = policies;
    this.clock = clock;
    this.listener = listener;
  }

  /** Plans, and changes nothing. */
  public CompactionPlan plan(Order order) {
    return plan(order, clock.instant(), new LinkedHashMap<>());
  }

  private CompactionPlan plan(Order order, Instant now, Map<TableName, String> unreadable) {
    Candidates candidates = new Candidates(lake, jobs, policies, now);
    List<Candidate> found = new ArrayList<>();
    for (TableName table : order.tables()) {
      try {
        candidates.of(table).ifPresent(found::add);
      } catch (RuntimeException e) {
        if (FailureText.userError(e).isPresent()) {
          throw e;
        }
        String why = "it cannot be read: " + FailureText.inALine(e);
        unreadable.put(table, why);
        listener.reached(table, Step.TABLE_FAILED, why);
      }
    }
    return Planner.plan(found, new Wish(now, order.cores(), order.time(), order.day()));
  }

  /**
   * Plans, and does what is planned, the highest gain per cost first, and small partitions several
   * at a time. What cannot be done is in the outcome; the rest is done.
   */
  public CompactionReport run(Order order) {
    Instant started = clock.instant();
    Map<TableName, String> unreadable = new LinkedHashMap<>();
    CompactionPlan plan = plan(order, started, unreadable);
    Instant end = started.plus(order.time());
    RewriteQueue queue = new RewriteQueue(plan, policies, rewriters, order.cores());
    Instant planned = clock.instant();
    Set<TableName> looked = new HashSet<>(order.day() == null ? order.tables() : List.of());
    looked.removeAll(unreadable.keySet());
    return new CompactionReport(
        plan,
        queue.run(() -> !stopped && clock.instant().isBefore(end), end),
        looked,
        unreadable,
        started,
        seconds(started, planned),
        seconds(started, clock.instant()));
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  /** In a session of its own, whose views are nobody else's. */
  private Rewriter rewriter() {
    return new Rewriter(
        lake.newSession(), jobs, tables, policies, clock, listener, () -> stopped, dangling);
  }

  /** Begins no further group; one whose jobs are cancelled then is no failure. */
  public void stop() {
    stopped = true;
  }

  /** Whether it was told to begin no further group. */
  public boolean isStopped() {
    return stopped;
  }
}
