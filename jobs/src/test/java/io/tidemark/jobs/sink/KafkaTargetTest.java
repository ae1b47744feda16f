package io.tidemark.jobs.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.spec.SinkSpec;
import java.util.Map;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;

class KafkaTargetTest {
  @Test
  void whoMayNotWriteIsToldTheTransactionalIdThatIsUsed() {
    try (KafkaTarget target =
        new KafkaTarget(
            "kafka_a",
            new SinkSpec.Kafka("out.a"),
            new KafkaSettings("localhost:1", false, null, Map.of()))) {
      assertThat(
              target.failure(
                  SinkPosition.NONE, new TransactionalIdAuthorizationException("not for you")))
          .isInstanceOf(SinkRefusedException.class)
          .hasMessageEndingWith("use the transactional id tidemark-sink-out.a");
    }
  }
}
