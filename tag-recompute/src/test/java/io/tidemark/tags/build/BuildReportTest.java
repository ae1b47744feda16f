package io.tidemark.tags.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tags.build.BuildResult.Bytes;
import io.tidemark.tags.history.Piece.Level;
import io.tidemark.tags.plan.BucketPlan;
import io.tidemark.tags.plan.BuildPlan;
import io.tidemark.tags.table.HistorySizes;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BuildReportTest {
  private static final LocalDate DAY = LocalDate.of(2026, 1, 31);
  private static final HistorySizes NO_SIZE = new HistorySizes(0, 0, 0, 0, 0);

  @Test
  void aBuildSaysWhatItWroteAndWhatShareThatIs() {
    BuildResult result =
        new BuildResult(
            plan(DAY, Set.of(DAY, DAY.minusDays(1)), Set.of(), Set.of()),
            12,
            34,
            5678,
            new Bytes(10, 290, 700, new TreeMap<>(Map.of(Level.WEEK, 900L, Level.DAY, 90L))),
            new HistorySizes(60_000, 80_000, 100_000, 20_000, 1_000));

    assertThat(BuildReport.isWhole(result)).isTrue();
    assertThat(BuildReport.lines("reading", DAY, result))
        .containsExactly(
            "✓ 2026-01-31  reading                  build 12: 2 days read with 5,678 active users, 34 new users; up to 2026-01-31",
            "      wrote 1,000 bytes (blocks 290, users' pieces 700, directory 10), 0.50 % of what is stored",
            "      by piece: day 90, week 900",
            "      stores 200,000 bytes (blocks 80,000, users' pieces 100,000, directory 20,000) of 60,000 users");
  }

  @Test
  void missingDaysAreNamed() {
    Set<LocalDate> missing =
        DAY.minusDays(12).datesUntil(DAY).collect(Collectors.toCollection(TreeSet::new));
    BuildResult result =
        new BuildResult(
            plan(DAY, Set.of(), missing, Set.of(DAY.minusDays(2))), 3, 0, 0, Bytes.NONE, NO_SIZE);

    assertThat(BuildReport.isWhole(result)).isFalse();
    assertThat(BuildReport.lines("reading", DAY, result))
        .hasSize(4)
        .contains("      went, because their publication was undone: 2026-01-29")
        .last()
        .asString()
        .startsWith("      missing, because not published by every input: 2026-01-19, 2026-01-20")
        .contains("2026-01-28 and 2 more. Publish them");
  }

  @Test
  void whereThereIsNothingToDoItSaysSo() {
    BuildPlan same = plan(DAY, Set.of(), Set.of(), Set.of());
    BuildPlan nothing = plan(null, Set.of(), Set.of(DAY), Set.of());

    assertThat(
            BuildReport.lines("reading", DAY, new BuildResult(same, 7, 0, 0, Bytes.NONE, NO_SIZE)))
        .containsExactly(
            "✓ 2026-01-31  reading                  nothing to be done: build 7 holds all that is published, up to 2026-01-31");
    assertThat(
            BuildReport.lines(
                "reading", DAY, new BuildResult(nothing, 0, 0, 0, Bytes.NONE, NO_SIZE)))
        .first()
        .isEqualTo("✗ 2026-01-31  reading                  nothing is published up to this day");
  }

  private static BuildPlan plan(
      LocalDate latest, Set<LocalDate> read, Set<LocalDate> missing, Set<LocalDate> withdrawn) {
    SortedSet<LocalDate> none = new TreeSet<>();
    return new BuildPlan(
        latest,
        latest == null ? null : latest.minusDays(729),
        new TreeSet<>(read),
        none,
        new TreeSet<>(missing),
        new TreeSet<>(withdrawn),
        new TreeMap<Integer, BucketPlan>());
  }

  @Test
  void aShareOfNothingIsNone() {
    assertThat(
            new BuildResult(plan(DAY, Set.of(), Set.of(), Set.of()), 1, 0, 0, Bytes.NONE, NO_SIZE)
                .share())
        .isZero();
    assertThat(List.of(new Bytes(1, 2, 3, new TreeMap<>()).sum())).containsExactly(6L);
  }
}
