package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.source.ReplayOffsets.Asked;
import io.tidemark.jobs.source.ReplayOffsets.Plan;
import io.tidemark.jobs.source.ReplayOffsets.Reader;
import io.tidemark.jobs.source.SkippedRanges.Range;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class ReplayOffsetsTest {
  private static final IntPredicate NOBODY_KNOWS = partition -> false;

  private static Plan plan(Reader reader, Map<Integer, Long> earliest, Asked asked) {
    return new ReplayOffsets("t", reader, earliest).plan(asked, NOBODY_KNOWS);
  }

  private static Reader upTo(Map<Integer, Long> position) {
    return new Reader(Map.of(), position, Map.of());
  }

  @Test
  void messagesOfTheTimeAreReadUpToThePositionOfTheJob() {
    Plan plan =
        plan(
            upTo(Map.of(0, 100L, 1, 40L)),
            Map.of(0, 0L, 1, 0L, 2, 0L),
            new Asked(Map.of(0, 30L, 1, 20L, 2, 5L), Map.of(0, 60L, 1, 90L, 2, 9L), Map.of()));

    assertThat(plan.gone()).isEmpty();
    assertThat(plan.parts().parts())
        .as("partition 2 was never read")
        .isEqualTo(
            Map.of(
                0, List.of(new Range(30, 60)),
                1, List.of(new Range(20, 40)),
                2, List.of()));
    assertThat(plan.parts().from().next()).isEqualTo(Map.of(0, 30L, 1, 20L, 2, 0L));
    assertThat(plan.parts().to().next()).isEqualTo(Map.of(0, 60L, 1, 40L, 2, 0L));
    assertThat(plan.parts().toSqlCondition("p", "o"))
        .isEqualTo("((p = 0 AND o >= 30 AND o < 60) OR (p = 1 AND o >= 20 AND o < 40))");
  }

  @Test
  void whatOdsKnowsOfTheDaysIsReadToo() {
    Plan plan =
        plan(
            upTo(Map.of(0, 100L)),
            Map.of(0, 10L),
            new Asked(Map.of(0, 30L), Map.of(0, 60L), Map.of(0, new Range(25, 71))));

    assertThat(plan.parts().parts().get(0)).containsExactly(new Range(25, 71));
  }

  @Test
  void whatTheJobDidNotReadIsLeftOut() {
    Reader reader =
        new Reader(Map.of(0, 20L), Map.of(0, 100L), Map.of(0, new SkippedRanges().moved(40, 50)));

    Plan plan = plan(reader, Map.of(0, 5L), new Asked(Map.of(0, 5L), Map.of(0, 60L), Map.of()));

    assertThat(plan.gone()).as("what is gone was never its own").isEmpty();
    assertThat(plan.parts().parts().get(0)).containsExactly(new Range(20, 40), new Range(50, 60));
  }

  @Test
  void whatTheBrokersNoLongerHaveIsNamed() {
    Asked known = new Asked(Map.of(0, 40L), Map.of(0, 60L), Map.of(0, new Range(25, 30)));

    assertThat(plan(upTo(Map.of(0, 100L)), Map.of(0, 40L), known).gone())
        .isEqualTo(Map.of(0, "lacks 25 to 39"));
    assertThat(
            plan(
                    new Reader(
                        Map.of(), Map.of(0, 100L), Map.of(0, new SkippedRanges().moved(0, 40))),
                    Map.of(0, 40L),
                    known)
                .gone())
        .as("it was moved past them")
        .isEmpty();
  }

  @Test
  void nobodyCanTellWhetherOlderMessagesWereOfTheTime() {
    Asked asked = new Asked(Map.of(0, 40L), Map.of(0, 60L), Map.of());
    ReplayOffsets offsets = new ReplayOffsets("t", upTo(Map.of(0, 100L)), Map.of(0, 40L));

    assertThat(offsets.plan(asked, NOBODY_KNOWS).gone())
        .isEqualTo(
            Map.of(
                0,
                "begins at 40, and whether older ones are of that time nobody can tell any more"));
    assertThat(offsets.plan(asked, partition -> true).gone())
        .as("the one before is known to be older")
        .isEmpty();
    assertThat(
            offsets.plan(new Asked(Map.of(0, 41L), Map.of(0, 60L), Map.of()), NOBODY_KNOWS).gone())
        .as("an older one is still there")
        .isEmpty();
  }
}
