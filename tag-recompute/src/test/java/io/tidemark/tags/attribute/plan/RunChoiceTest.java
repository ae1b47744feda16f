package io.tidemark.tags.attribute.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.tags.attribute.plan.RunChoice.Refresh;
import io.tidemark.tags.kernel.Window;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What can be brought forward, and whether it pays. */
class RunChoiceTest {
  private static final Map<String, Double> RUN =
      Map.of("tags", 2.0, "read", 30e-9, "add", 300e-9, "serve", 1e-6, "rest", 3.0);
  private static final String COLUMNS = "user_id=1,city=2";
  private static final Window WINDOW =
      new Window((int) LocalDate.parse("2026-01-10").toEpochDay() - 29, 30);

  private static RunCost.Work work(double changed) {
    return new RunCost.Work(400_000_000, 60_000_000, 1, changed, 1_000_000, false, 4);
  }

  @Test
  void theQuickerWayIsTakenAndSaysWhy() {
    RunCost cost = RunCost.of(List.of(RUN)).orElseThrow();
    assertThat(cost.full(work(0.009))).isCloseTo(2 + 3 + 30 + 0.25 + 3, within(1e-6));
    assertThat(cost.incremental(work(0.009)))
        .isCloseTo(4 + 3 + (60 + 7.2) * 0.3 / 4 + 0.5 + 3, within(1e-6));
    RunChoice choice = RunChoice.quicker(cost, work(0.009));
    assertThat(choice.refresh()).isEqualTo(Refresh.INCREMENTAL);
    assertThat(choice.text())
        .isEqualTo(
            "incremental, 0.90 % of users changed tags; estimated 15.5 s against 38.3 s in full");
    RunChoice full = RunChoice.quicker(cost, work(0.6));
    assertThat(full.refresh()).isEqualTo(Refresh.FULL);
    assertThat(full.text())
        .isEqualTo(
            "in full: 60.00 % of users changed tags; estimated 38.3 s against 51.0 s incrementally");
  }

  @Test
  void whatWasMeasuredIsWhatIsExpected() {
    assertThat(RunCost.of(List.of())).isEmpty();
    assertThat(RunCost.of(List.of(Map.of("tags", 1.0, "old", 1.0)))).isEmpty();
    RunCost cost = RunCost.of(List.of(RUN)).orElseThrow();
    assertThat(cost.ofFull(work(0), 50).full(work(0))).isCloseTo(50, within(1e-6));
    assertThat(cost.ofIncremental(work(0), 30).incremental(work(0))).isCloseTo(30, within(1e-6));
    // A night on which the machine was busy says little.
    Map<String, Double> busy =
        Map.of("tags", 90.0, "read", 30e-9, "add", 300e-9, "serve", 1e-6, "rest", 3.0, "old", 0.0);
    RunCost three = RunCost.of(List.of(RUN, busy, RUN)).orElseThrow();
    assertThat(three.coefficients()).containsEntry("tags", 2.0).containsEntry("old", 0.0);
  }

  /** What a run of {@link #work} costs by {@link #RUN}. */
  private static RunMeasure measure(Refresh refresh) {
    long added =
        switch (refresh) {
          case FULL -> 400_000_000;
          case INCREMENTAL -> 67_200_000;
          case VERIFIED -> 407_200_000;
        };
    return new RunMeasure(
        refresh == Refresh.INCREMENTAL ? 15.5 : 38.25,
        2,
        400_000_000L * 30,
        added * 300,
        1_000_000_000,
        1_000_000_000,
        1_000_000);
  }

  @Test
  void theEighthNightIsVerifiedHoweverManyBeforeItWereIncremental() {
    List<Map<String, Double>> log = new ArrayList<>();
    List<Refresh> taken = new ArrayList<>();
    LocalDate first = LocalDate.parse("2026-01-01");
    LocalDate lastFull = first;
    for (int night = 0; night < 9; night++) {
      LocalDate day = first.plusDays(night);
      Optional<RunCost> expected = RunCost.of(log);
      RunRules rules = new RunRules(false, 7, day, lastFull, expected);
      RunChoice choice =
          night == 0
              ? RunChoice.full("set a has no result yet")
              : rules.early(work(0)).orElseGet(() -> rules.choose(work(0.009)));
      lastFull = choice.refresh() == Refresh.INCREMENTAL ? lastFull : day;
      taken.add(choice.refresh());
      log.add(0, measure(choice.refresh()).coefficients(choice.refresh(), work(0.009), expected));
    }
    assertThat(taken)
        .containsExactly(
            Refresh.FULL,
            Refresh.INCREMENTAL,
            Refresh.INCREMENTAL,
            Refresh.INCREMENTAL,
            Refresh.INCREMENTAL,
            Refresh.INCREMENTAL,
            Refresh.INCREMENTAL,
            Refresh.VERIFIED,
            Refresh.INCREMENTAL);
    RunCost known = RunCost.of(log).orElseThrow();
    assertThat(known.full(work(0))).isCloseTo(38.25, within(0.01));
    assertThat(known.incremental(work(0.009))).isCloseTo(15.5, within(0.01));
  }

  @Test
  void aCoefficientIsThatOfTheNewestRunsThatMeasuredIt() {
    List<Map<String, Double>> log = new ArrayList<>();
    for (int night = 0; night < 20; night++) {
      log.add(Map.of("tags", night < 5 ? 1.0 : 9.0, "add", 1.0, "incremental-rest", 4.0));
    }
    assertThat(RunCost.of(log)).isEmpty();
    log.add(RUN);
    assertThat(RunCost.of(log).orElseThrow().coefficients())
        .containsEntry("tags", 1.0)
        .containsEntry("rest", 3.0)
        .containsEntry("incremental-rest", 4.0);
  }

  @Test
  void onlyARunThatReadAllBlocksSaysWhatReadingCosts() {
    RunCost.Work little = new RunCost.Work(1000, 100, 0.2, 0, 10, true, 1);
    RunMeasure measure = new RunMeasure(10, 1, 2_000_000_000, 500_000_000, 0, 0, 10);
    Map<String, Double> alone = measure.coefficients(Refresh.INCREMENTAL, little, Optional.empty());
    assertThat(alone).doesNotContainKey("read").containsEntry("add", 0.005);
    assertThat(alone.get("incremental-rest")).isCloseTo(10 - 1 - 2 - 0.5, within(1e-9));
    RunCost known = new RunCost(Map.of("read", 0.001));
    assertThat(
            measure
                .coefficients(Refresh.INCREMENTAL, little, Optional.of(known))
                .get("incremental-rest"))
        .as("what reading took longer than is reckoned is among the rest")
        .isCloseTo(10 - 1 - 0.2 - 0.5, within(1e-9));
    // Three passes over 1000 user-days.
    assertThat(measure.coefficients(Refresh.FULL, little, Optional.empty()))
        .containsEntry("read", 0.002)
        .containsEntry("add", 0.0005);
    assertThat(measure.coefficients(Refresh.VERIFIED, little, Optional.empty()))
        .containsEntry("read", 0.002)
        .doesNotContainKeys("rest", "incremental-rest", "serve");
  }

  @Test
  void onlyAResultOfTheSameShapeAndOfUnbrokenBuildsIsBroughtForward() {
    RecomputeRecord wanted = record("a", "2026-01-10", 9, 5);
    RecomputeRecord there = record("a", "2026-01-09", 8, 4);
    assertThat(obstacle(there, wanted, 0)).isEmpty();
    assertThat(obstacle(there, wanted, 8)).isEmpty();
    assertThat(obstacle(there, wanted, 9))
        .hasValue("the history, or a bucket of it, was made anew since");
    assertThat(Basis.obstacle(List.of(Optional.empty()), List.of(wanted), 0, WINDOW))
        .hasValue("set a has no result yet, or somebody else has changed it");
    assertThat(obstacle(record("a", "2025-12-01", 8, 4), wanted, 0))
        .hasValue("what is there ends with 2025-12-01, before all of its days");
    assertThat(obstacle(record("a", "2026-01-11", 10, 4), wanted, 0))
        .hasValue("what is there is of a later build");
    assertThat(obstacle(wanted, wanted, 0))
        .hasValue("what is there is of the same build and tags, and would only be copied");
    assertThat(obstacle(like(there, "others", "first", COLUMNS), wanted, 0))
        .hasValue("set a is declared otherwise by now");
    assertThat(obstacle(like(there, "columns", "second", COLUMNS), wanted, 0))
        .hasValue("what is there is of a history that was dropped since, and built again");
    for (String then : List.of("user_id=1,city=7", "")) {
      assertThat(obstacle(like(there, "columns", "first", then), wanted, 0))
          .hasValue("a column of the tag table is another one than then");
    }
    assertThat(
            Basis.obstacle(
                List.of(Optional.of(there), Optional.of(record("b", "2026-01-09", 8, 3))),
                List.of(wanted, record("b", "2026-01-10", 9, 5)),
                0,
                WINDOW))
        .hasValue("the sets' results are of different days, builds or tags");
  }

  @Test
  void aResultGivesWayToOneOfALaterBuildAlone() {
    RecomputeRecord made = record("a", "2026-01-10", 9, 5);
    RecomputeRecord later = record("a", "2026-01-12", 57, 5);
    assertThat(made.givesWayTo(later)).isTrue();
    assertThat(later.givesWayTo(made)).isFalse();
    assertThat(made.givesWayTo(like(later, "others", "first", COLUMNS))).isFalse();
    // Its numbers are those of builds that are gone with the history.
    assertThat(made.givesWayTo(like(later, "columns", "dropped", COLUMNS))).isFalse();
  }

  @Test
  void resultsAreOfTheSameInputWhenNothingTheyComeFromIsAnother() {
    RecomputeRecord made = record("a", "2026-01-10", 9, 5);
    assertThat(made.isOfSameInput(made.counted(7, 1))).isTrue();
    assertThat(made.isOfSameInput(record("a", "2026-01-10", 9, 6))).isFalse();
    assertThat(made.isOfSameInput(like(made, "columns", "dropped", COLUMNS))).isFalse();
    assertThat(made.isOfSameInput(like(made, "columns", "first", "user_id=1,city=7"))).isFalse();
  }

  @Test
  void aResultRemembersTheLastFullOne() {
    RecomputeRecord full = record("a", "2026-01-03", 2, 1);
    RecomputeRecord forward = record("a", "2026-01-09", 8, 4).from(full).counted(7, 255);
    assertThat(forward.full()).isEqualTo("2026-01-03");
    assertThat(RecomputeRecord.parse(forward.toJson())).isEqualTo(forward);
    String old = full.toJson().replaceFirst(",\"full\":.*}", "}");
    assertThat(RecomputeRecord.parse(old)).isEqualTo(like(full, "columns", "", ""));
  }

  private static Optional<String> obstacle(
      RecomputeRecord there, RecomputeRecord wanted, long anew) {
    return Basis.obstacle(List.of(Optional.of(there)), List.of(wanted), anew, WINDOW);
  }

  private static RecomputeRecord record(String set, String day, long build, long tags) {
    return new RecomputeRecord(
        "reading", set, day, build, 1, tags, "", "columns", "blocks", 1, "", day, "first", COLUMNS);
  }

  private static RecomputeRecord like(
      RecomputeRecord other, String definition, String lineage, String columns) {
    return new RecomputeRecord(
        other.history(),
        other.set(),
        other.day(),
        other.build(),
        other.blocks(),
        other.tags(),
        other.tagDay(),
        definition,
        other.with(),
        other.rows(),
        other.checksum(),
        other.full(),
        lineage,
        columns);
  }
}
