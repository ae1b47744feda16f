package io.tidemark.compaction.retain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestPlanTest {
  private static final long TARGET = 8 << 20;
  private static final long SMALL = 10_000;
  private static final int MANY = 200;

  @Test
  void asManySmallOnesAsThePolicySaysAreWorthIt() {
    ManifestPlan plan = plan(Collections.nCopies(MANY, SMALL));

    assertThat(plan.isDue()).isTrue();
    assertThat(plan.wouldFill()).isEqualTo(1);
    assertThat(ManifestPlan.ofLengths(4, Collections.nCopies(4, SMALL), TARGET, 4).isDue())
        .isTrue();
  }

  @Test
  void fewerAreNot() {
    assertThat(plan(Collections.nCopies(MANY - 1, SMALL)).isDue()).isFalse();
    assertThat(plan(List.of()).isDue()).isFalse();
    assertThat(ManifestPlan.ofLengths(1, List.of(SMALL), TARGET, 1).isDue()).isFalse();
  }

  @Test
  void onesThatWouldNotBecomeHalfAsManyAreNot() {
    // Just below half of the target: two or three become one.
    assertThat(plan(Collections.nCopies(MANY, TARGET / 2)).isDue()).isFalse();
    assertThat(plan(Collections.nCopies(MANY, TARGET / 2 - 1)).isDue()).isTrue();
  }

  @Test
  void thoseOfDeletesCountAndStay() {
    assertThat(ManifestPlan.ofLengths(MANY, Collections.nCopies(101, SMALL), TARGET, MANY).isDue())
        .isTrue();
    assertThat(ManifestPlan.ofLengths(MANY, Collections.nCopies(100, SMALL), TARGET, MANY).isDue())
        .isFalse();
  }

  @Test
  void largeOnesAreLeft() {
    ManifestPlan plan = plan(List.of(TARGET, TARGET / 2, SMALL));

    assertThat(plan.manifests()).isEqualTo(3);
    assertThat(plan.small()).isEqualTo(1);
    assertThat(plan.smallBytes()).isEqualTo(SMALL);
  }

  private static ManifestPlan plan(List<Long> lengths) {
    return ManifestPlan.ofLengths(lengths.size(), lengths, TARGET, MANY);
  }
}
