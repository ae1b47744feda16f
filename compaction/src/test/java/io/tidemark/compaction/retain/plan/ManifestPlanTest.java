package io.tidemark.compaction.retain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestPlanTest {
  private static final long TARGET = 8 << 20;
  private static final long SMALL = 10_000;

  @Test
  void manySmallOnesAreWorthIt() {
    ManifestPlan plan = plan(Collections.nCopies(ManifestPlan.MANY, SMALL));

    assertThat(plan.isDue()).isTrue();
    assertThat(plan.wouldFill()).isEqualTo(1);
  }

  @Test
  void fewSmallOnesAreNot() {
    assertThat(plan(Collections.nCopies(ManifestPlan.MANY - 1, SMALL)).isDue()).isFalse();
    assertThat(plan(List.of()).isDue()).isFalse();
  }

  @Test
  void onesThatWouldNotBecomeFewerAreNot() {
    // Each a third of the target: three become one, and a quarter is asked for.
    assertThat(plan(Collections.nCopies(30, TARGET / 3)).isDue()).isFalse();
    assertThat(plan(Collections.nCopies(32, TARGET / 4)).isDue()).isTrue();
  }

  @Test
  void largeOnesAreLeft() {
    ManifestPlan plan = plan(List.of(TARGET, TARGET / 2, SMALL));

    assertThat(plan.manifests()).isEqualTo(3);
    assertThat(plan.small()).isEqualTo(1);
    assertThat(plan.smallBytes()).isEqualTo(SMALL);
  }

  private static ManifestPlan plan(List<Long> lengths) {
    return ManifestPlan.ofLengths(lengths, TARGET);
  }
}
