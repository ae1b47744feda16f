package io.tidemark.compaction.plan;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.publish.DayLease;
import io.tidemark.compaction.health.ManifestStats;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.plan.LeftAlone.Why;
import io.tidemark.compaction.spec.CompactionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what is rewritten: what is due and not kept by a lease or a writer, the highest gain per
 * cost first, until a budget is used up. The same tables at the same instant give the same plan.
 */
public final class Planner {
  private static final Comparator<Rewrite> BEST_FIRST =
      Comparator.comparingDouble(Rewrite::gainPerCost)
          .reversed()
          .thenComparing(rewrite -> rewrite.table().toString())
          .thenComparing(Rewrite::partition)
          .thenComparing(Rewrite::scope);

  private final Instant now;
  private final int cores;
  private final Duration time;
  private final LocalDate day;
  private final List<LeftAlone> leftAlone = new ArrayList<>();

  /** The groups of a table's rewrites are made for its budget. */
  private final Map<TableName, Spending> tables = new HashMap<>();

  private Planner(Instant now, int cores, Duration time, LocalDate day) {
    this.now = now;
    this.cores = cores;
    this.time = time;
    this.day = day;
  }

  /**
   * What a plan is made for.
   *
   * @param now when it is made
   * @param cores cores of the session that rewrites
   * @param time expected time of all rewrites together, at most; each table's own budget holds as
   *     well
   * @param day the business day whose partitions are meant; {@code null} for all, and the manifests
   */
  public record Wish(Instant now, int cores, Duration time, LocalDate day) {
    /** A time that no plan takes: only the tables' own budgets count. */
    public static final Duration UNLIMITED = Duration.ofDays(36_500);

    public Wish {
      if (cores < 1 || time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException(
            "a plan for " + cores + " cores and " + time + " can do nothing; give both");
      }
    }
  }

  /** Plans tables, each of which is there once. */
  public static CompactionPlan plan(List<Candidate> candidates, Wish wish) {
    return new Planner(wish.now(), wish.cores(), wish.time(), wish.day()).plan(candidates);
  }

  private CompactionPlan plan(List<Candidate> candidates) {
    List<Rewrite> possible = new ArrayList<>();
    for (Candidate candidate : candidates) {
      tables.put(candidate.policy().table(), new Spending(candidate.policy().budget(), time));
      possible.addAll(rewrites(candidate));
    }
    possible.sort(BEST_FIRST);
    Spending all = new Spending(Long.MAX_VALUE, seconds(time));
    List<Rewrite> chosen = new ArrayList<>();
    for (Rewrite rewrite : possible) {
      within(rewrite, all).ifPresent(chosen::add);
    }
    chosen.sort(BEST_FIRST);
    return new CompactionPlan(chosen, leftAlone);
  }

  private List<Rewrite> rewrites(Candidate candidate) {
    DueCheck check = new DueCheck(candidate.policy(), now);
    List<Rewrite> rewrites = new ArrayList<>();
    for (PartitionHealth partition : candidate.health().partitions()) {
      if (day == null || day.equals(partition.day())) {
        List<Reason> reasons = check.reasons(partition);
        if (reasons.isEmpty()) {
          leave(candidate, partition.path(), Why.NOT_DUE, check.whyNot(partition));
        } else {
          rewrite(candidate, partition, reasons).ifPresent(rewrites::add);
        }
      }
    }
    ManifestStats manifests = candidate.health().manifests();
    List<Reason> reasons = day == null ? check.reasons(manifests) : List.of();
    if (!reasons.isEmpty()) {
      rewrites.add(rewrite(candidate, "", null, Work.manifests(manifests, reasons), false));
    }
    return rewrites;
  }

  private Optional<Rewrite> rewrite(
      Candidate candidate, PartitionHealth partition, List<Reason> reasons) {
    Optional<DayLease> lease =
        candidate.leases().stream()
            .filter(each -> each.day().equals(partition.day()) && each.until().isAfter(now))
            .findFirst();
    if (lease.isPresent()) {
      leave(
          candidate,
          partition.path(),
          Why.LEASED,
          "sealed %s ago and not yet published; left alone for %s more at most"
              .formatted(
                  Spans.text(Duration.between(lease.get().since(), now)),
                  Spans.text(Duration.between(now, lease.get().until()))));
      return Optional.empty();
    }
    CompactionPolicy policy = candidate.policy();
    Rewrite whole =
        rewrite(
            candidate,
            partition.path(),
            partition.day(),
            Work.whole(partition, reasons, policy),
            partition.overlap() != null || !policy.zOrder().isEmpty());
    Optional<String> hot =
        new HotCheck(policy.hot(), now)
            .reason(partition, Duration.ofMillis((long) (whole.seconds() * 1000)));
    return hot.isEmpty() ? Optional.of(whole) : ofHot(candidate, partition, reasons, hot.get());
  }

  private Optional<Rewrite> ofHot(
      Candidate candidate, PartitionHealth partition, List<Reason> reasons, String hot) {
    long most = candidate.policy().hot().maxFiles();
    String kept = null;
    if (partition.data().files() <= most) {
      kept = "it may have %d files and has %d".formatted(most, partition.data().files());
    } else if (candidate.health().deleting()) {
      kept = "its writers delete rows, so that a rewrite would lose its commit";
    }
    Work work = Work.ofHot(partition, reasons, candidate.policy());
    if (kept == null && !work.isWorthIt()) {
      kept = "it has no small files to put together";
    }
    if (kept != null) {
      leave(candidate, partition.path(), Why.HOT, hot + "; " + kept);
      return Optional.empty();
    }
    return Optional.of(rewrite(candidate, partition.path(), partition.day(), work, false));
  }

  private Rewrite rewrite(
      Candidate candidate, String partition, LocalDate ofDay, Work work, boolean sorts) {
    CompactionPolicy policy = candidate.policy();
    Speed speed = new Speed(policy, cores);
    // What is sorted is sorted within its group. Files that are only put together need no more of
    // them at a time than there are cores for.
    double atATime = sorts ? policy.groupSize() : speed.bytesAtATime(policy);
    // Small enough for several to fit into the budget, so that what is left of a partition waits;
    // never so small that no good file comes of it.
    double most =
        Math.max(
            policy.targetFileSize(),
            Math.min(atATime, tables.get(policy.table()).groupBytes(speed)));
    List<Group> groups = Groups.of(work, most, speed);
    return new Rewrite(
        policy.table(), partition, ofDay, work.scope(), work.reasons(), groups, groups.size());
  }

  /** So many groups of a rewrite as the budgets still pay for. */
  private Optional<Rewrite> within(Rewrite rewrite, Spending all) {
    Spending ofTable = tables.get(rewrite.table());
    List<Group> groups = new ArrayList<>();
    for (Group group : rewrite.groups()) {
      if (!ofTable.covers(group) || !all.covers(group)) {
        break;
      }
      ofTable.spend(group);
      all.spend(group);
      groups.add(group);
    }
    int left = rewrite.groups().size() - groups.size();
    if (left > 0) {
      leftAlone.add(
          new LeftAlone(
              rewrite.table(),
              rewrite.partition(),
              Why.BUDGET,
              "%d of %d groups of its %s, the next of %s"
                  .formatted(
                      left,
                      rewrite.groups().size(),
                      rewrite.scope().text(),
                      Spans.ofSeconds(rewrite.groups().get(groups.size()).seconds()))));
    }
    return groups.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Rewrite(
                rewrite.table(),
                rewrite.partition(),
                rewrite.day(),
                rewrite.scope(),
                rewrite.reasons(),
                groups,
                rewrite.groupsNeeded()));
  }

  private void leave(Candidate candidate, String partition, Why why, String text) {
    leftAlone.add(new LeftAlone(candidate.policy().table(), partition, why, text));
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  /** What is left of a budget. */
  private static final class Spending {
    private final long allBytes;
    private final double allSeconds;
    private long bytes;
    private double seconds;

    Spending(CompactionPolicy.Budget budget, Duration time) {
      this(budget.bytes(), Math.min(Planner.seconds(budget.time()), Planner.seconds(time)));
    }

    Spending(long bytes, double seconds) {
      this.allBytes = bytes;
      this.allSeconds = seconds;
    }

    /** A quarter of all, so that a group fits though others came first. */
    double groupBytes(Speed speed) {
      return Math.min(allBytes, speed.bytesIn(allSeconds)) / 4.0;
    }

    boolean covers(Group group) {
      return bytes + group.bytes() <= allBytes && seconds + group.seconds() <= allSeconds;
    }

    void spend(Group group) {
      bytes += group.bytes();
      seconds += group.seconds();
    }
  }
}
