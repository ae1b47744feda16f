package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ReadLimit;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aMicroBatchWaitsUntilThoseBeforeItHaveHadTheirTime() {
    Pace pace = new Pace(new ReadLimit(10, ReadLimit.UNLIMITED), 0);
    assertThat(pace.untilNext(0)).isZero();
    pace.began(20, 0);
    assertThat(pace.untilNext(SECOND / 2)).hasMillis(1500);
    assertThat(pace.untilNext(3 * SECOND)).isZero();
  }

  @Test
  void anIdleTimeIsNotMadeUpFor() {
    Pace pace = new Pace(new ReadLimit(10, ReadLimit.UNLIMITED), 0);
    pace.began(10, 60 * SECOND);
    assertThat(pace.untilNext(60 * SECOND)).hasMillis(1000);
  }

  @Test
  void withoutALimitNothingWaits() {
    Pace pace = new Pace(ReadLimit.NONE, 0);
    pace.began(1_000_000, 0);
    assertThat(pace.untilNext(0)).isZero();
  }
}
