package io.tidemark.compaction.plan;

import static io.tidemark.compaction.plan.Shapes.DAY;
import static io.tidemark.compaction.plan.Shapes.MIB;
import static io.tidemark.compaction.plan.Shapes.NOW;
import static io.tidemark.compaction.plan.Shapes.POLICY;
import static io.tidemark.compaction.plan.Shapes.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.publish.DayLease;
import io.tidemark.compaction.health.DataFileStats;
import io.tidemark.compaction.health.DeleteStats;
import io.tidemark.compaction.health.ManifestStats;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.health.TableHealth;
import io.tidemark.compaction.plan.LeftAlone.Why;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.plan.Reason.Kind;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.CompactionPolicy.Budget;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
  private static final Wish WISH = new Wish(NOW, 8, Wish.UNLIMITED, null);
  private static final DataFileStats MANY_SMALL = Shapes.files(200, MIB, 2, 300 * MIB);
  private static final Duration SECONDS = Duration.ofSeconds(10);

  @Test
  void smallFilesOfASettledPartitionArePutTogetherAndTheOthersStay() {
    CompactionPlan plan = plan(Shapes.settled(DAY, MANY_SMALL, DeleteStats.NONE));

    Rewrite rewrite = plan.rewrites().get(0);
    assertThat(rewrite.scope()).isEqualTo(Scope.SMALL_FILES);
    assertThat(rewrite.partition()).isEqualTo("dt=2026-01-15");
    assertThat(rewrite.files()).isEqualTo(200);
    assertThat(rewrite.bytes()).isEqualTo(200 * MIB);
    assertThat(rewrite.filesFewer()).isEqualTo(199);
    assertThat(rewrite.reasons())
        .containsExactly(new Reason(Kind.SMALL_FILES, "200 small files (due from 5)"));
    // 200 MiB at 4 of 8 cores of 16 MiB/s, 200 files at 20 ms on 4 cores, and a commit.
    assertThat(rewrite.seconds()).isCloseTo(200 / 64.0 + 1 + 1, within(1e-9));
  }

  @Test
  void whatIsGoodIsNotDueAndSaysWhatItHas() {
    CompactionPlan plan =
        plan(Shapes.settled(DAY, Shapes.files(2, MIB, 9, 300 * MIB), DeleteStats.NONE));

    assertThat(plan.rewrites()).isEmpty();
    assertThat(plan.leftAlone())
        .containsExactly(
            new LeftAlone(
                TABLE,
                "dt=2026-01-15",
                Why.NOT_DUE,
                "2 small files (due from 5), 0 delete files (due from 10)"));
  }

  @Test
  void smallFilesThatWouldNotBecomeFewerAreLeft() {
    long almost = POLICY.smallBytes() - 1;
    CompactionPlan plan =
        plan(Shapes.settled(DAY, Shapes.files(3, almost, 0, 0), DeleteStats.NONE));

    assertThat(plan.leftAlone().get(0).text())
        .isEqualTo("3 small files, which would not become fewer");
  }

  @Test
  void twoSmallFilesAreEnoughWhereNobodyWritesAnyMore() {
    DataFileStats two = Shapes.files(2, MIB, 0, 0);
    CompactionPlan plan =
        plan(
            Shapes.partition(DAY, two, DeleteStats.NONE, null, Duration.ofHours(25), SECONDS),
            Shapes.partition(
                DAY.plusDays(1), two, DeleteStats.NONE, null, Duration.ofHours(23), SECONDS));

    assertThat(plan.rewrites()).extracting(Rewrite::partition).containsExactly("dt=2026-01-15");
    assertThat(plan.rewrites().get(0).reasons())
        .containsExactly(
            new Reason(
                Kind.AGE, "2 small files, and nothing was written for 1 d 1 h (due after 1 d)"));
  }

  @Test
  void deletedRowsAreFoldedIntoAllFiles() {
    DataFileStats data = Shapes.files(0, 0, 4, 256 * MIB);
    CompactionPlan plan = plan(Shapes.settled(DAY, data, Shapes.positions(2, 1000)));

    Rewrite rewrite = plan.rewrites().get(0);
    assertThat(rewrite.scope()).isEqualTo(Scope.ALL_FILES);
    assertThat(rewrite.reasons())
        .containsExactly(
            new Reason(Kind.DELETES, "25.0% of the rows are deleted (due from 10.0%)"));
    assertThat(rewrite.bytes()).isEqualTo(1024 * MIB);
    assertThat(rewrite.bytesFewer()).isEqualTo(256 * MIB + 2000);
    assertThat(rewrite.filesFewer()).isEqualTo(3);
  }

  @Test
  void manyDeleteFilesAndOverlapAreReasonsToo() {
    PartitionHealth deletes =
        Shapes.settled(DAY, Shapes.files(0, 0, 4, 256 * MIB), Shapes.positions(10, 10));
    PartitionHealth overlap =
        Shapes.partition(
            DAY.plusDays(1),
            Shapes.files(0, 0, 20, 256 * MIB),
            DeleteStats.NONE,
            12.5,
            Duration.ofHours(3),
            SECONDS);

    assertThat(plan(deletes, overlap).rewrites())
        .allMatch(rewrite -> rewrite.scope() == Scope.ALL_FILES)
        .flatExtracting(Rewrite::reasons)
        .extracting(Reason::kind)
        .containsExactlyInAnyOrder(Kind.DELETE_FILES, Kind.OVERLAP);
  }

  /** Rows are ordered by several columns at once: ranges of any one overlap behind it, too. */
  @Test
  void overlapOfTheFirstColumnIsNoReasonWhereFilesAreInZOrder() {
    PartitionHealth overlap =
        Shapes.partition(
            DAY,
            Shapes.files(0, 0, 20, 256 * MIB),
            DeleteStats.NONE,
            12.5,
            Duration.ofHours(3),
            SECONDS);
    TableHealth table = Shapes.table(TABLE, false, overlap);
    CompactionPolicy curve =
        new CompactionPolicy(
            TABLE,
            POLICY.targetFileSize(),
            POLICY.smallFile(),
            POLICY.groupSize(),
            POLICY.due(),
            POLICY.hot(),
            POLICY.budget(),
            POLICY.rate(),
            POLICY.lease(),
            List.of("id", "text"),
            POLICY.maintenance());

    assertThat(Planner.plan(List.of(candidate(table)), WISH).rewrites()).hasSize(1);
    assertThat(Planner.plan(List.of(new Candidate(table, curve, List.of())), WISH).rewrites())
        .isEmpty();
  }

  @Test
  void manifestsAreDueWhereMostOfThemWouldGo() {
    TableHealth many =
        Shapes.table(TABLE, false, new ManifestStats(190, 10, 20 * MIB, 8 * MIB), List.of());
    TableHealth large =
        Shapes.table(TABLE, false, new ManifestStats(190, 10, 1500 * MIB, 8 * MIB), List.of());

    Rewrite rewrite = Planner.plan(List.of(candidate(many)), WISH).rewrites().get(0);
    assertThat(rewrite.scope()).isEqualTo(Scope.MANIFESTS);
    assertThat(rewrite.filesFewer()).isEqualTo(187);
    assertThat(rewrite.groups()).hasSize(1);
    assertThat(Planner.plan(List.of(candidate(large)), WISH).rewrites()).isEmpty();
    assertThat(Planner.plan(List.of(candidate(many)), new Wish(NOW, 8, Wish.UNLIMITED, DAY)))
        .isEqualTo(new CompactionPlan(List.of(), List.of()));
  }

  @Test
  void aPartitionThatWasJustWrittenIsHot() {
    CompactionPlan plan = plan(written(Duration.ofSeconds(5), SECONDS, 90));

    assertThat(plan.rewrites()).isEmpty();
    assertThat(plan.leftAlone())
        .containsExactly(
            new LeftAlone(
                TABLE,
                "dt=2026-01-15",
                Why.HOT,
                "last written 5 s ago (hot for 15 min); it may have 100 files and has 90"));
  }

  @Test
  void aPartitionIsHotWhenAWriteIsExpectedBeforeItsRewriteIsThrough() {
    // Written every half hour; the rewrite takes some seconds.
    Duration halfHour = Duration.ofMinutes(30);

    assertThat(plan(written(Duration.ofMinutes(20), halfHour, 90)).count(Why.HOT)).isZero();
    assertThat(plan(written(Duration.ofMinutes(40), halfHour, 90)).count(Why.HOT)).isZero();
    CompactionPlan before = plan(written(halfHour.minusSeconds(2), halfHour, 90));
    assertThat(before.leftAlone().get(0).text())
        .contains("writes have come 30 min apart: one is expected before its rewrite is through");
  }

  @Test
  void aPartitionHasToBeQuietForAsLongAsItsRewriteTakes() {
    // 180 GiB take 48 minutes.
    PartitionHealth large =
        Shapes.partition(
            DAY,
            Shapes.files(0, 0, 90, 2048 * MIB),
            Shapes.positions(90, 45_000),
            null,
            Duration.ofMinutes(40),
            SECONDS);

    assertThat(plan(large).leftAlone().get(0).text())
        .startsWith("last written 40 min ago, less than the 49 min");
  }

  @Test
  void ofAHotPartitionWithTooManyFilesTheSmallestOnesArePutTogether() {
    CompactionPlan plan = plan(written(Duration.ofSeconds(5), SECONDS, 300));

    Rewrite rewrite = plan.rewrites().get(0);
    assertThat(rewrite.scope()).isEqualTo(Scope.SMALLEST_FILES);
    assertThat(rewrite.files()).isEqualTo(250);
    assertThat(rewrite.bytes()).isEqualTo(250 * MIB);
  }

  @Test
  void aHotPartitionWhoseWritersDeleteRowsIsLeftAlone() {
    TableHealth mirror = Shapes.table(TABLE, true, written(Duration.ofSeconds(5), SECONDS, 300));

    CompactionPlan plan = Planner.plan(List.of(candidate(mirror)), WISH);

    assertThat(plan.rewrites()).isEmpty();
    assertThat(plan.leftAlone().get(0).text()).contains("its writers delete rows");
  }

  @Test
  void aLeasedDayIsLeftAloneUntilItsLeaseEnds() {
    TableHealth table =
        Shapes.table(
            TABLE,
            false,
            Shapes.settled(DAY, MANY_SMALL, DeleteStats.NONE),
            Shapes.settled(DAY.plusDays(1), MANY_SMALL, DeleteStats.NONE),
            Shapes.settled(DAY.plusDays(2), MANY_SMALL, DeleteStats.NONE));
    List<DayLease> leases =
        List.of(
            new DayLease(DAY, NOW.minus(Duration.ofHours(2)), NOW.plus(Duration.ofHours(70))),
            new DayLease(DAY.plusDays(1), NOW.minus(Duration.ofDays(3)), NOW));

    CompactionPlan plan = Planner.plan(List.of(new Candidate(table, POLICY, leases)), WISH);

    assertThat(plan.rewrites())
        .extracting(Rewrite::partition)
        .containsExactlyInAnyOrder("dt=2026-01-16", "dt=2026-01-17");
    assertThat(plan.leftAlone())
        .containsExactly(
            new LeftAlone(
                TABLE,
                "dt=2026-01-15",
                Why.LEASED,
                "sealed 2 h ago and not yet published; left alone for 2 d 22 h more at most"));
  }

  @Test
  void aDayIsPlannedAlone() {
    CompactionPlan plan =
        Planner.plan(
            List.of(
                candidate(
                    Shapes.table(
                        TABLE,
                        false,
                        Shapes.settled(DAY, MANY_SMALL, DeleteStats.NONE),
                        Shapes.settled(DAY.plusDays(1), MANY_SMALL, DeleteStats.NONE)))),
            new Wish(NOW, 8, Wish.UNLIMITED, DAY));

    assertThat(plan.rewrites()).extracting(Rewrite::partition).containsExactly("dt=2026-01-15");
    assertThat(plan.leftAlone()).isEmpty();
  }

  @Test
  void aLargePartitionIsRewrittenInGroupsAsFarAsTheBudgetPays() {
    PartitionHealth large =
        Shapes.settled(DAY, Shapes.files(400, 100 * MIB, 0, 0), DeleteStats.NONE);

    Rewrite whole = plan(large).rewrites().get(0);
    // Each of four cores writes a file of a group.
    assertThat(whole.groups())
        .hasSize(40)
        .allMatch(group -> group.bytes() <= 4 * POLICY.targetFileSize());
    assertThat(whole.groups().stream().mapToLong(Group::files).sum()).isEqualTo(400);

    CompactionPlan plan =
        Planner.plan(
            List.of(candidate(Shapes.table(TABLE, false, large))),
            new Wish(NOW, 8, Duration.ofMinutes(2), null));
    Rewrite part = plan.rewrites().get(0);
    assertThat(part.groups()).hasSizeBetween(2, 19);
    assertThat(part.groupsNeeded()).isGreaterThan(part.groups().size());
    assertThat(part.seconds()).isBetween(60.0, 120.0);
    assertThat(plan.count(Why.BUDGET)).isEqualTo(1);
  }

  /** 400 MiB would be one group by their bytes; it would take 413 seconds, and never fit. */
  @Test
  void veryManyVerySmallFilesAreRewrittenInGroupsThatFitIntoTheTime() {
    PartitionHealth tiny =
        Shapes.settled(DAY, Shapes.files(40_000, 10 << 10, 0, 0), DeleteStats.NONE);

    CompactionPlan plan =
        Planner.plan(
            List.of(candidate(Shapes.table(TABLE, false, tiny))),
            new Wish(NOW, 4, Duration.ofMinutes(5), null));

    Rewrite rewrite = plan.rewrites().get(0);
    assertThat(rewrite.groups()).hasSizeBetween(4, 5).allMatch(group -> group.seconds() <= 75);
    assertThat(rewrite.groupsNeeded()).isEqualTo(6);
    assertThat(rewrite.seconds()).isBetween(200.0, 300.0);
  }

  @Test
  void aPlanForNothingIsRefused() {
    assertThatThrownBy(() -> new Wish(NOW, 0, Duration.ofMinutes(1), null))
        .hasMessageContaining("0 cores");
    assertThatThrownBy(() -> new Wish(NOW, 1, Duration.ZERO, null)).hasMessageContaining("PT0S");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whateverTablesAreLikeAPlanKeepsItsRules(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      List<Candidate> candidates = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(4); i++) {
        candidates.add(anyTable(new TableName("dwd", "t" + i), random));
      }
      Wish wish =
          new Wish(NOW, 1 + random.nextInt(32), Duration.ofSeconds(1 + random.nextInt(4000)), null);

      CompactionPlan plan = Planner.plan(candidates, wish);

      assertThat(Planner.plan(candidates, wish)).isEqualTo(plan);
      assertWithinBudgets(plan, candidates, wish);
      assertThat(plan.rewrites())
          .isSortedAccordingTo(Comparator.comparingDouble(Rewrite::gainPerCost).reversed());
      assertThat(plan.rewrites()).allMatch(each -> each.gainPerCost() > 0);
      candidates.forEach(candidate -> assertNotTouched(plan, candidate, wish));
      assertEveryPartitionIsSpokenOf(plan, candidates);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void behindItsRewriteAPartitionIsNotDue(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      PartitionHealth before =
          Shapes.partition(
              DAY,
              Shapes.files(
                  random.nextInt(60), 1 + random.nextInt((int) POLICY.smallBytes() - 1), 0, 0),
              DeleteStats.NONE,
              null,
              Duration.ofDays(3),
              SECONDS);
      CompactionPlan plan = plan(before);
      if (!plan.rewrites().isEmpty()) {
        long after = before.data().files() - plan.rewrites().get(0).filesFewer();
        DataFileStats data = Shapes.files(after, before.data().bytes() / after, 0, 0);
        boolean small = before.data().bytes() / after < POLICY.smallBytes();
        PartitionHealth rewritten =
            Shapes.settled(
                DAY,
                small ? data : Shapes.files(0, 0, after, before.data().bytes() / after),
                DeleteStats.NONE);

        assertThat(plan(rewritten).rewrites()).as("%s behind %s", rewritten, before).isEmpty();
      }
    }
  }

  private static Candidate anyTable(TableName name, Random random) {
    CompactionPolicy policy =
        new CompactionPolicy(
            name,
            POLICY.targetFileSize(),
            POLICY.smallFile(),
            POLICY.groupSize(),
            POLICY.due(),
            POLICY.hot(),
            new Budget(
                (1L + random.nextInt(200)) << 30,
                Duration.ofSeconds(1 + random.nextInt(3600)),
                0.5),
            POLICY.rate(),
            POLICY.lease(),
            POLICY.zOrder(),
            POLICY.maintenance(),
            POLICY.cold());
    List<PartitionHealth> partitions = new ArrayList<>();
    List<DayLease> leases = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(12); i++) {
      LocalDate day = DAY.plusDays(i);
      partitions.add(Shapes.any(day, random));
      if (random.nextInt(4) == 0) {
        leases.add(new DayLease(day, NOW.minusSeconds(60), NOW.plusSeconds(60)));
      }
    }
    ManifestStats manifests =
        new ManifestStats(1 + random.nextInt(500), 0, random.nextInt(1 << 27), 8 * MIB);
    return new Candidate(
        Shapes.table(name, random.nextBoolean(), manifests, partitions), policy, leases);
  }

  private static void assertWithinBudgets(
      CompactionPlan plan, List<Candidate> candidates, Wish wish) {
    assertThat(plan.seconds()).isLessThanOrEqualTo(wish.time().toMillis() / 1000.0 + 1e-6);
    for (Candidate candidate : candidates) {
      Budget budget = candidate.policy().budget();
      List<Rewrite> ofTable = of(plan, candidate);
      assertThat(ofTable.stream().mapToLong(Rewrite::bytes).sum())
          .isLessThanOrEqualTo(budget.bytes());
      assertThat(ofTable.stream().mapToDouble(Rewrite::seconds).sum())
          .isLessThanOrEqualTo(budget.time().toMillis() / 1000.0 + 1e-6);
    }
  }

  /** Leased partitions not at all; those written a moment ago in part, if nobody deletes rows. */
  private static void assertNotTouched(CompactionPlan plan, Candidate candidate, Wish wish) {
    for (Rewrite rewrite : of(plan, candidate)) {
      for (PartitionHealth partition : candidate.health().partitions()) {
        if (rewrite.partition().equals(partition.path())) {
          assertThat(candidate.leases()).noneMatch(lease -> lease.day().equals(partition.day()));
          if (partition.lastWrite().isAfter(wish.now().minus(POLICY.hot().quiet()))) {
            assertThat(rewrite.scope()).isEqualTo(Scope.SMALLEST_FILES);
            assertThat(rewrite.files()).isLessThanOrEqualTo(partition.data().smallFiles());
            assertThat(candidate.health().deleting()).isFalse();
          }
        }
      }
    }
  }

  private static void assertEveryPartitionIsSpokenOf(
      CompactionPlan plan, List<Candidate> candidates) {
    for (Candidate candidate : candidates) {
      for (PartitionHealth partition : candidate.health().partitions()) {
        boolean rewritten =
            of(plan, candidate).stream()
                .anyMatch(each -> each.partition().equals(partition.path()));
        boolean left =
            plan.leftAlone().stream()
                .filter(each -> each.table().equals(candidate.policy().table()))
                .anyMatch(each -> each.partition().equals(partition.path()));
        assertThat(rewritten || left).as(partition.path()).isTrue();
      }
    }
  }

  private static List<Rewrite> of(CompactionPlan plan, Candidate candidate) {
    return plan.rewrites().stream()
        .filter(each -> each.table().equals(candidate.policy().table()))
        .toList();
  }

  private static PartitionHealth written(Duration quiet, Duration apart, long smallFiles) {
    return Shapes.partition(
        DAY, Shapes.files(smallFiles, MIB, 0, 0), DeleteStats.NONE, null, quiet, apart);
  }

  private static Candidate candidate(TableHealth table) {
    return new Candidate(table, POLICY, List.of());
  }

  private static CompactionPlan plan(PartitionHealth... partitions) {
    return Planner.plan(List.of(candidate(Shapes.table(TABLE, false, partitions))), WISH);
  }
}
