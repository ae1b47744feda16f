package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadLimitTest {
  private static final Duration TRIGGER = Duration.ofSeconds(10);
  private static final long ENVIRONMENT = 1000;

  @Test
  void theSmallestOfAllLimitsCounts() {
    assertThat(ReadLimit.NONE.perMicroBatch(TRIGGER, ENVIRONMENT)).isEqualTo(1000);
    assertThat(new ReadLimit(ReadLimit.UNLIMITED, 300).perMicroBatch(TRIGGER, ENVIRONMENT))
        .isEqualTo(300);
    assertThat(new ReadLimit(ReadLimit.UNLIMITED, 3000).perMicroBatch(TRIGGER, ENVIRONMENT))
        .isEqualTo(1000);
    assertThat(new ReadLimit(20, 300).perMicroBatch(TRIGGER, ENVIRONMENT)).isEqualTo(200);
    assertThat(new ReadLimit(20, 30).perMicroBatch(TRIGGER, ENVIRONMENT)).isEqualTo(30);
  }

  @Test
  void aPaceSlowerThanTheTriggerReadsOneByOne() {
    assertThat(new ReadLimit(1, ReadLimit.UNLIMITED).perMicroBatch(Duration.ofMillis(100), 1000))
        .isEqualTo(1);
  }

  @Test
  void aPaceSaysHowLongMessagesTake() {
    assertThat(new ReadLimit(50, ReadLimit.UNLIMITED).timeFor(125)).hasMillis(2500);
    assertThat(ReadLimit.NONE.timeFor(125)).isZero();
  }
}
