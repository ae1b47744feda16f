package io.tidemark.tests.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.UserError;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.source.KafkaRefusedException;
import io.tidemark.jobs.source.KafkaUnavailableException;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
@AnyZone
class KafkaCheckTest {
  @TempDir static Path data;
  private static LocalBroker broker;
  private static IngestSpec orders;
  private static IngestSpec readings;

  @BeforeAll
  static void startBroker() {
    broker = LocalBroker.start(data, LocalBroker.freePort());
    JobCatalog jobs = Declarations.read(Repository.conf(), "local", Map.of()).jobs();
    orders = (IngestSpec) jobs.job("ods_order_event");
    readings = (IngestSpec) jobs.job("ods_reading_event");
  }

  @AfterAll
  static void stopBroker() {
    broker.stop();
  }

  @Test
  void aMissingTopicIsRefusedWithTheJobThatReadsIt() {
    KafkaCheck check = checkOf(broker.bootstrapServers());
    check.ensureTopic(orders.topic());
    check.ensureTopic(orders.topic());

    assertThatCode(() -> check.requireTopics(List.of(orders))).doesNotThrowAnyException();
    assertThatThrownBy(() -> check.requireTopics(List.of(orders, readings)))
        .isInstanceOf(KafkaRefusedException.class)
        .hasMessage(
            "Kafka at %s has no topic reading_event (read by ods_reading_event)",
            broker.bootstrapServers())
        .extracting(e -> ((UserError) e).nextStep())
        .asString()
        .contains("tidemark produce");
  }

  @Test
  void oneBrokerOfSeveralIsEnough() {
    String servers = "localhost:" + LocalBroker.freePort() + "," + broker.bootstrapServers();
    assertThat(checkOf(servers).unreachable()).isEmpty();
  }

  @Test
  void aBrokerThatIsDownIsToldAtOnceAndMayBeTriedAgain() {
    String nowhere = "localhost:" + LocalBroker.freePort();

    assertThatThrownBy(() -> checkOf(nowhere).requireTopics(List.of(orders)))
        .isInstanceOf(KafkaUnavailableException.class)
        .isNotInstanceOf(UserError.class)
        .hasMessage(
            "no Kafka broker takes connections at "
                + nowhere
                + ". Start the broker, or set kafka.bootstrap-servers to where it is.");
  }

  @Test
  void whatDoesNotAnswerAsABrokerIsToldWithWhatItSaid() {
    KafkaSettings encrypted =
        new KafkaSettings(
            broker.bootstrapServers(), false, null, Map.of("security.protocol", "SSL"));

    assertThatThrownBy(() -> new KafkaCheck(encrypted).requireTopics(List.of(orders)))
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageContaining("does not answer as it should")
        .hasMessageContaining("kafka.properties");
  }

  private static KafkaCheck checkOf(String servers) {
    return new KafkaCheck(new KafkaSettings(servers, false, null, Map.of()));
  }
}
