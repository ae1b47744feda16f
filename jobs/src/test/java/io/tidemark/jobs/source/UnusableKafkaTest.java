package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.KafkaSettings;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class UnusableKafkaTest {
  @Test
  void theSettingThatIsWrongIsNamedAndNoSecretIsShown() {
    KafkaCheck check =
        new KafkaCheck(
            new KafkaSettings(
                "one:9092",
                false,
                null,
                Map.of(
                    "security.protocol", "SASL_SSL",
                    "sasl.jaas.config", "hush",
                    "ssl.truststore.location", "/nowhere",
                    "ssl.truststore.password", "hush")));
    KafkaException failure = null;
    try {
      check.admin().close();
    } catch (KafkaException e) {
      failure = e;
    }

    assertThat(failure).isNotNull();
    assertThat(check.unusable(failure))
        .hasMessageContaining("Failed to create new KafkaAdminClient")
        .hasMessageMatching(
            "(?s).*\\((ConfigException|IllegalArgumentException|NoSuchFileException): .*")
        .message()
        .doesNotContain("hush");
  }

  @Test
  void aFailureWithoutACauseStandsForItself() {
    KafkaCheck check = new KafkaCheck(new KafkaSettings("one:9092", false, null, Map.of()));

    assertThat(check.unusable(new TimeoutException("too late")))
        .hasMessageContaining("should: TimeoutException: too late. Check");
  }
}
