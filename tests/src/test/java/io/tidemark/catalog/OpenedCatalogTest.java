package io.tidemark.catalog;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.CatalogSettings.Type;
import io.tidemark.tests.lakehouse.AnyZone;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A catalog that takes connections and never says a word. */
@AnyZone
class OpenedCatalogTest {
  @ParameterizedTest
  @CsvSource({
    "HIVE, thrift://localhost:%d",
    "REST, http://localhost:%d",
    "JDBC, jdbc:postgresql://localhost:%d/lake"
  })
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void isGivenUpInTime(Type type, String uri) throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      CatalogSettings catalog =
          new CatalogSettings(
              "silent", type, uri.formatted(silent.getLocalPort()), "/lake", null, null, Map.of());
      Environment environment =
          new Environment(
              "test",
              ZoneId.of("UTC"),
              catalog,
              Path.of("none"),
              new KafkaSettings("none:1", false, null, Map.of()),
              new StreamSettings(Duration.ofSeconds(1), 1, 1),
              Map.of("spark.ui.enabled", "false"));

      assertThatThrownBy(
              () -> OpenedCatalog.of(catalog, Sessions.open(environment), Duration.ofSeconds(2)))
          .isInstanceOf(CatalogUnavailableException.class)
          .hasMessageContaining("does not answer: no answer within 2 s");
    }
  }
}
