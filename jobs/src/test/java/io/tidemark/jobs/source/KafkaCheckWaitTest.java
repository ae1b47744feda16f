package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KafkaCheckWaitTest {
  @Test
  void whatNeverComesIsToldAfterAFewQuestions() {
    AtomicInteger asked = new AtomicInteger();

    assertThat(KafkaCheck.becomes(() -> asked.incrementAndGet() < 0, Duration.ofMillis(250)))
        .isFalse();

    assertThat(asked.get()).isBetween(1, 10);
  }

  @Test
  void whatComesIsWaitedFor() {
    AtomicInteger asked = new AtomicInteger();

    assertThat(KafkaCheck.becomes(() -> asked.incrementAndGet() == 3, Duration.ofMinutes(1)))
        .isTrue();
  }
}
