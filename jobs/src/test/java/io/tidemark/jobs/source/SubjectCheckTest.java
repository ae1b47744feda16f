package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.jobs.schema.RegistryRefusedException;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Project;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two jobs that have never run, and a subject whose newest schema fits only one of them. */
class SubjectCheckTest {
  private static final String CLICK =
      """
      {"schema": "{\\"type\\":\\"record\\",\\"name\\":\\"click\\",\\"fields\\":[\
      {\\"name\\":\\"type\\",\\"type\\":\\"string\\"},\
      {\\"name\\":\\"event_time\\",\\"type\\":{\\"type\\":\\"long\\",\\"logicalType\\":\\"timestamp-millis\\"}}]}"}
      """;

  private static final String APP =
      """
      job: ods_app
      topic: app
      payload: { format: avro }
      %s
      columns:
        type: string
        event_time: { type: timestamp, required: true }
      event-time: { column: event_time }
      output: ods.app
      """;

  @TempDir Path root;
  private HttpServer server;
  private SchemaRegistrySettings registry;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/subjects/app-value/versions/latest",
        exchange -> {
          byte[] body = CLICK.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    registry =
        new SchemaRegistrySettings(
            List.of(URI.create("http://localhost:" + server.getAddress().getPort())),
            null,
            null,
            Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aJobThatHasTheTopicForItselfHasToFit() {
    IngestSpec alone = pay(APP.formatted(""), "");

    assertThatThrownBy(() -> SubjectCheck.atStart(alone, registry, true))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("job ods_pay does not fit the newest schema of subject app-value")
        .hasMessageContaining("column 'cents'");
    assertThatCode(() -> SubjectCheck.atStart(alone, registry, false)).doesNotThrowAnyException();
  }

  /** The newest schema is that of clicks, which is nothing that a payment would fit. */
  @Test
  void aRouteOfASplitTopicNeedNotFitTheSchemaOfAnotherKind() {
    IngestSpec route = pay(APP.formatted("split: type"), "route: [pay]");

    assertThatCode(() -> SubjectCheck.atStart(route, registry, true)).doesNotThrowAnyException();
  }

  private IngestSpec pay(String app, String route) {
    return (IngestSpec)
        new Project(root)
            .with("jobs/app.yml", app)
            .with(
                "jobs/pay.yml",
                """
                job: ods_pay
                extends: ods_app
                %s
                columns: { cents: { type: bigint, required: true } }
                output: ods.pay
                """
                    .formatted(route))
            .read()
            .jobs()
            .job("ods_pay");
  }
}
