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
 * cost first, until a budget is used up; what only moves to a cold location comes last, for what is
 * left of it. The same tables at the same instant give the same plan.
 */
public final class Planner {
  private static final Comparator<Rewrite> BEST_FIRST =
      Comparator.comparing(Rewrite::onlyMoves)
          .thenComparing(Comparator.comparingDouble(Rewrite::gainPerCost).reversed())
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
          rewrite(candidate, partition, reasons, check.isCold(partition)).ifPresent(rewrites::add);
        }
      }
    }
    ManifestStats manifests = candidate.health().manifests();
    List<Reason> reasons = day == null ? check.reasons(manifests) : List.of();
    if (!reasons.isEmpty()) {
      rewrites.add(rewrite(candidate, null, Work.manifests(manifests, reasons), false, false));
    }
    return rewrites;
  }

  private Optional<Rewrite> rewrite(
      Candidate candidate, PartitionHealth partition, List<Reason> reasons, boolean cold) {
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
    Work work =
        reasons.stream().anyMatch(Planner::isMove)
            ? Work.cold(partition, reasons, policy)
            : Work.whole(partition, reasons, policy);
    boolean sorts = partition.overlap() != null || !policy.zOrder().isEmpty();
    Rewrite whole = rewrite(candidate, partition, work, sorts, cold);
    Optional<String> hot =
        new HotCheck(policy.hot(), now)
            .reason(partition, Duration.ofMillis((long) (whole.seconds() * 1000)));
    return hot.isEmpty() ? Optional.of(whole) : ofHot(candidate, partition, reasons, hot.get());
  }

  private Optional<Rewrite> ofHot(
      Candidate candidate, PartitionHealth partition, List<Reason> all, String hot) {
    List<Reason> reasons = all.stream().filter(reason -> !isMove(reason)).toList();
    long most = candidate.policy().hot().maxFiles();
    String kept = null;
    if (reasons.isEmpty()) {
      kept = "it moves when nobody writes to it";
    } else if (partition.data().files() <= most) {
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
    return Optional.of(rewrite(candidate, partition, work, false, false));
  }

  private static boolean isMove(Reason reason) {
    return reason.kind() == Reason.Kind.COLD;
  }

  /** Of a partition, or of the manifests where there is {@code null} for it. */
  private Rewrite rewrite(
      Candidate candidate, PartitionHealth partition, Work work, boolean sorts, boolean cold) {
    CompactionPolicy policy = candidate.policy();
    Speed speed = new Speed(policy, cores);
    // What is sorted is sorted within its group. Files that are only put together need no more of
    // them at a time than there are cores for.
    long target = cold ? policy.cold().targetFileSize() : policy.targetFileSize();
    double atATime = sorts ? policy.groupSize() : speed.bytesAtATime(policy.groupSize(), target);
    // Small enough for several to fit into the budget, so that what is left of a partition waits;
    // never of so few bytes that no good file comes of it, unless they are of very many files.
    Spending budget = tables.get(policy.table());
    double most = Math.max(target, Math.min(atATime, budget.groupBytes(speed)));
    double longest = Math.max(budget.groupSeconds(), speed.seconds(0, (long) most));
    List<Group> groups = Groups.of(work, most, longest, speed);
    return new Rewrite(
        policy.table(),
        partition == null ? "" : partition.path(),
        partition == null ? null : partition.day(),
        work.scope(),
        work.reasons(),
        groups,
        groups.size(),
        cold);
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
                rewrite.groupsNeeded(),
                rewrite.cold()));
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

    /** The same of the time, in which a group of very small files rewrites few bytes. */
    double groupSeconds() {
      return allSeconds / 4.0;
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
