package io.tidemark.compaction.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Candidate;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.Planner;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.JobCatalog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.SparkSession;

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
    return plan(order, clock.instant());
  }

  private CompactionPlan plan(Order order, Instant now) {
    Candidates candidates = new Candidates(lake, jobs, policies, now);
    List<Candidate> found = new ArrayList<>();
    order.tables().forEach(table -> candidates.of(table).ifPresent(found::add));
    return Planner.plan(found, new Wish(now, order.cores(), order.time(), order.day()));
  }

  /** Plans, and does what is planned, the highest gain per cost first. */
  public CompactionReport run(Order order) {
    Instant started = clock.instant();
    CompactionPlan plan = plan(order, started);
    Instant end = started.plus(order.time());
    // The session's views are ours, and its active thread's tables.
    Lakehouse own = lake.newSession();
    List<RewriteOutcome> outcomes = new ArrayList<>();
    for (Rewrite rewrite : plan.rewrites()) {
      if (!stopped && clock.instant().isBefore(end)) {
        outcomes.add(run(rewrite, own, end));
      }
    }
    return new CompactionReport(
        plan, outcomes, started, Duration.between(started, clock.instant()).toMillis() / 1000.0);
  }

  /** Begins no further group; one whose jobs are cancelled then is no failure. */
  public void stop() {
    stopped = true;
  }

  private RewriteOutcome run(Rewrite rewrite, Lakehouse own, Instant end) {
    SparkSession spark = own.spark();
    // Iceberg finds staged files by the thread's session, whichever it used before.
    SparkSession.setActiveSession(spark);
    RewriteRun run = new RewriteRun(rewrite, spark.sparkContext(), clock, listener, () -> stopped);
    Runnable written =
        () -> {
          listener.reached(rewrite.table(), Step.GROUP_WRITTEN, rewrite.partition());
          lease(rewrite)
              .ifPresent(
                  why -> {
                    throw new ValidationException("%s", why);
                  });
        };
    MaintainedTable table = new MaintainedTable(own.load(rewrite.table()), written);
    Optional<String> fold = foldSql(rewrite, table);
    boolean folds = false;
    Optional<GroupRewrite> way;
    if (rewrite.scope() == Scope.MANIFESTS) {
      way = Optional.of(new ManifestsRewrite(table));
    } else {
      way = ofFiles(rewrite, spark, table, fold);
      folds = fold.isPresent() && way.isPresent() && way.get() instanceof StagedRewrite;
    }
    way.ifPresent(it -> run.run(it, table, own.load(rewrite.table()), end, () -> lease(rewrite)));
    if (rewrite.scope() == Scope.ALL_FILES && !stopped) {
      run.dropDanglingDeletes(SparkActions.get(spark).removeDanglingDeleteFiles(table));
    }
    return run.outcome(folds);
  }

  /** A day may be sealed at any time: what is compared then must not be rewritten any more. */
  private Optional<String> lease(Rewrite rewrite) {
    if (rewrite.day() == null) {
      return Optional.empty();
    }
    TableName name = rewrite.table();
    return new Leases(lake, jobs, clock.instant())
        .of(name, lake.load(name), policies.of(name).lease()).stream()
            .filter(lease -> lease.day().equals(rewrite.day()))
            .findFirst()
            .map(lease -> "day %s was sealed meanwhile, and is left alone".formatted(lease.day()));
  }

  private Optional<String> foldSql(Rewrite rewrite, Table table) {
    return jobs.writerOf(rewrite.table())
        .flatMap(job -> tables.foldSql(job, table, StagedRewrite.input()));
  }

  /** How files of a partition are rewritten; nothing when they are gone since it was planned. */
  private Optional<GroupRewrite> ofFiles(
      Rewrite rewrite, SparkSession spark, MaintainedTable table, Optional<String> fold) {
    CompactionPolicy policy = policies.of(rewrite.table());
    PartitionFiles files = PartitionFiles.of(table, rewrite.partition(), rewrite.day());
    if (files.isEmpty()) {
      return Optional.empty();
    }
    boolean staged =
        rewrite.scope() == Scope.SMALLEST_FILES
            || rewrite.scope() == Scope.SMALL_FILES && fold.isPresent();
    if (staged && files.areOfSpec(table.spec())) {
      return Optional.of(
          new StagedRewrite(spark, table, files.below(policy.smallBytes()), fold, policy));
    }
    return Optional.of(new ActionRewrite(spark, table, files.filter(), rewrite, policy));
  }
}
