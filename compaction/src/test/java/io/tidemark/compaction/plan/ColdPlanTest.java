package io.tidemark.compaction.plan;

import static io.tidemark.compaction.plan.Shapes.MIB;
import static io.tidemark.compaction.plan.Shapes.NOW;
import static io.tidemark.compaction.plan.Shapes.POLICY;
import static io.tidemark.compaction.plan.Shapes.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.catalog.publish.DayLease;
import io.tidemark.compaction.health.DataFileStats;
import io.tidemark.compaction.health.DeleteStats;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.plan.LeftAlone.Why;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.plan.Reason.Kind;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.CompactionPolicy.Budget;
import io.tidemark.compaction.spec.CompactionPolicy.Cold;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When old partitions move, and behind what. */
class ColdPlanTest {
  private static final Wish WISH = new Wish(NOW, 8, Wish.UNLIMITED, null);
  private static final Duration DAYS_90 = Duration.ofDays(90);
  private static final Duration QUIET = Duration.ofDays(80);

  /** Ended 91 days and 4 hours before {@link Shapes#NOW}. */
  private static final LocalDate OLD = LocalDate.of(2025, 10, 31);

  private static final DataFileStats GOOD = Shapes.files(0, 0, 8, 256 * MIB);
  private static final CompactionPolicy MOVING = moving(POLICY.budget());

  @Test
  void anOldPartitionMovesWholeAndSaysWhy() {
    Rewrite rewrite = plan(old(OLD, GOOD, 8, 2048 * MIB)).rewrites().get(0);

    assertThat(rewrite.scope()).isEqualTo(Scope.COLD);
    assertThat(rewrite.cold()).isTrue();
    assertThat(rewrite.files()).isEqualTo(8);
    assertThat(rewrite.bytes()).isEqualTo(2048 * MIB);
    assertThat(rewrite.filesFewer()).isEqualTo(4);
    assertThat(rewrite.reasons())
        .containsExactly(
            new Reason(
                Kind.COLD,
                "its day ended 91 d 4 h ago (cold after 90 d), and 8 files of 2 GiB are not at the"
                    + " cold location"));
  }

  @Test
  void whatIsAtItsPlaceIsNotDueAgain() {
    CompactionPlan plan = plan(old(OLD, GOOD, 0, 0));

    assertThat(plan.rewrites()).isEmpty();
    assertThat(plan.leftAlone()).extracting(LeftAlone::why).containsExactly(Why.NOT_DUE);
  }

  @Test
  void whatIsNotOldEnoughStays() {
    LocalDate young = OLD.plusDays(2);

    assertThat(plan(old(young, GOOD, 8, 2048 * MIB)).rewrites()).isEmpty();
  }

  @Test
  void onlyWhatIsNotThereMovesAlsoASingleFile() {
    Rewrite rewrite = plan(old(OLD, GOOD, 1, 256 * MIB)).rewrites().get(0);

    assertThat(rewrite.files()).isEqualTo(1);
    assertThat(rewrite.filesFewer()).isZero();
    assertThat(rewrite.gainPerCost()).isZero();
    assertThat(rewrite.groups()).hasSize(1);
  }

  @Test
  void smallFilesOfAPartitionAtItsPlaceAreWrittenThereAgain() {
    Rewrite rewrite = plan(old(OLD, Shapes.files(20, MIB, 0, 0), 0, 0)).rewrites().get(0);

    assertThat(rewrite.scope()).isEqualTo(Scope.SMALL_FILES);
    assertThat(rewrite.cold()).isTrue();
  }

  @Test
  void aMoveTakesSmallFilesAndDeletedRowsAlongAndCountsTheirGain() {
    PartitionHealth deleted =
        Shapes.warm(
            Shapes.partition(
                OLD, GOOD, Shapes.positions(2, 4000), null, QUIET, Duration.ofSeconds(10)),
            8,
            2048 * MIB);

    Rewrite rewrite = plan(deleted).rewrites().get(0);

    assertThat(rewrite.scope()).isEqualTo(Scope.COLD);
    assertThat(rewrite.reasons()).extracting(Reason::kind).containsExactly(Kind.DELETES, Kind.COLD);
    assertThat(rewrite.bytesFewer()).isEqualTo(1024 * MIB);
    assertThat(rewrite.gainPerCost()).isCloseTo(0.5, within(0.1));
  }

  @Test
  void movesComeBehindWhateverReadersGainByAndGetWhatIsLeft() {
    // 16 files that become 7 would gain more for each byte than 10 delete files that go.
    PartitionHealth moves = old(OLD, Shapes.files(0, 0, 16, 200 * MIB), 16, 3200 * MIB);
    PartitionHealth gains =
        Shapes.settled(Shapes.DAY, Shapes.files(0, 0, 100, 256 * MIB), Shapes.positions(10, 1));

    CompactionPlan plan = plan(moves, gains);

    assertThat(plan.rewrites())
        .extracting(Rewrite::partition)
        .containsExactly(gains.path(), moves.path());
    assertThat(plan.rewrites().get(0).gainPerCost())
        .isLessThan(plan.rewrites().get(1).gainPerCost());
    Budget budget = new Budget(2048 * MIB, Duration.ofHours(9), 0.5);
    CompactionPlan cut = plan(moving(budget), moves, small(Shapes.DAY));
    assertThat(cut.rewrites())
        .extracting(Rewrite::scope)
        .containsExactly(Scope.SMALL_FILES, Scope.COLD);
    assertThat(cut.total(Rewrite::bytes)).isLessThanOrEqualTo(2048 * MIB);
    assertThat(cut.leftAlone()).extracting(LeftAlone::why).contains(Why.BUDGET);
  }

  @Test
  void aLeasedDayIsNotMoved() {
    PartitionHealth moves = old(OLD, GOOD, 8, 2048 * MIB);
    DayLease lease = new DayLease(OLD, NOW.minusSeconds(60), NOW.plusSeconds(60));

    CompactionPlan plan =
        Planner.plan(
            List.of(new Candidate(Shapes.table(TABLE, false, moves), MOVING, List.of(lease))),
            WISH);

    assertThat(plan.leftAlone()).extracting(LeftAlone::why).containsExactly(Why.LEASED);
  }

  @Test
  void aDayThatIsWrittenAgainIsNotMovedAndItsHotFilesStayWarm() {
    CompactionPlan few = plan(hot(Shapes.files(50, MIB, 0, 0)));
    CompactionPlan many = plan(hot(Shapes.files(300, MIB, 0, 0)));
    CompactionPlan good = plan(hot(GOOD));

    assertThat(few.leftAlone()).extracting(LeftAlone::why).containsExactly(Why.HOT);
    assertThat(good.leftAlone().get(0).text()).endsWith("it moves when nobody writes to it");
    assertThat(many.rewrites().get(0).scope()).isEqualTo(Scope.SMALLEST_FILES);
    assertThat(many.rewrites().get(0).cold()).isFalse();
    assertThat(many.rewrites().get(0).reasons())
        .extracting(Reason::kind)
        .containsExactly(Kind.SMALL_FILES);
  }

  private static PartitionHealth hot(DataFileStats data) {
    Duration moment = Duration.ofSeconds(5);
    return Shapes.warm(
        Shapes.partition(OLD, data, DeleteStats.NONE, null, moment, Duration.ofSeconds(10)),
        data.files(),
        data.bytes());
  }

  private static PartitionHealth small(LocalDate day) {
    return Shapes.settled(day, Shapes.files(200, MIB, 2, 300 * MIB), DeleteStats.NONE);
  }

  private static PartitionHealth old(
      LocalDate day, DataFileStats data, long warmFiles, long warmBytes) {
    return Shapes.warm(
        Shapes.partition(day, data, DeleteStats.NONE, null, QUIET, Duration.ofSeconds(10)),
        warmFiles,
        warmBytes);
  }

  private static CompactionPolicy moving(Budget budget) {
    return new CompactionPolicy(
        TABLE,
        POLICY.targetFileSize(),
        POLICY.smallFile(),
        POLICY.groupSize(),
        POLICY.due(),
        POLICY.hot(),
        budget,
        POLICY.rate(),
        POLICY.lease(),
        POLICY.zOrder(),
        POLICY.maintenance(),
        new Cold(DAYS_90, "s3://cold", 12, 256 * MIB, 512 * MIB));
  }

  private static CompactionPlan plan(PartitionHealth... partitions) {
    return plan(MOVING, partitions);
  }

  private static CompactionPlan plan(CompactionPolicy policy, PartitionHealth... partitions) {
    return Planner.plan(
        List.of(new Candidate(Shapes.table(TABLE, false, partitions), policy, List.of())), WISH);
  }
}
