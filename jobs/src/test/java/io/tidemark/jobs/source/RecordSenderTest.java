package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.KafkaSettings;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordSenderTest {
  /** Port 1 is nobody's. */
  private static final String NOBODY = "127.0.0.1:1";

  @Test
  void aLostRecordIsNamedWithItsBrokersTheCauseAndWhatToDo() {
    Map<String, String> impatient = Map.of("max.block.ms", "200");
    try (RecordSender sender =
        new RecordSender(new KafkaSettings(NOBODY, false, null, impatient))) {
      assertThatThrownBy(
              () -> {
                sender.send("clicks", null, new byte[] {1}, 0);
                sender.flush();
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a record for topic clicks was lost on its way to the brokers at")
          .hasMessageContaining(NOBODY + ": Topic clicks not present in metadata after 200 ms")
          .hasMessageContaining("send everything again")
          .hasCauseInstanceOf(org.apache.kafka.common.errors.TimeoutException.class);
    }
  }
}
