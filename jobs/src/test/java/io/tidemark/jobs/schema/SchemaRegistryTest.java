package io.tidemark.jobs.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tidemark.catalog.SchemaRegistrySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client against answers as Confluent's API documents them, and against others. */
class SchemaRegistryTest {
  private record Answer(int status, String body) {}

  private final Map<String, Answer> answers = new HashMap<>();
  private final List<String> authorizations = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
          Answer answer =
              answers.getOrDefault(exchange.getRequestURI().getRawPath(), new Answer(500, "{}"));
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), Math.max(body.length, 1));
          if (body.length == 0) {
            // The head came, and the body never does.
            try {
              end.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
  }

  private URI url() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  private SchemaRegistry client(String user, String password, URI... urls) {
    return new SchemaRegistry(
        new SchemaRegistrySettings(List.of(urls), user, password, Duration.ofSeconds(5)));
  }

  private SchemaRegistry client() {
    return client(null, null, url());
  }

  @Test
  void aSchemaIsAvroUnlessItSaysOtherwise() {
    answers.put("/schemas/ids/7", new Answer(200, "{\"schema\":\"\\\"string\\\"\"}"));
    answers.put(
        "/schemas/ids/8", new Answer(200, "{\"schema\":\"x\",\"schemaType\":\"PROTOBUF\"}"));

    assertThat(client().schema(7)).contains(new RegisteredSchema("AVRO", "\"string\"", Map.of()));
    assertThat(client().schema(8)).contains(new RegisteredSchema("PROTOBUF", "x", Map.of()));
  }

  @Test
  void referencesComeWithIt_eachBehindThoseThatItUses() {
    answers.put(
        "/subjects/a%2Fb%20c-value/versions/latest",
        new Answer(
            200,
            "{\"schema\":\"top\",\"references\":["
                + "{\"name\":\"one.proto\",\"subject\":\"one\",\"version\":1},"
                + "{\"name\":\"two.proto\",\"subject\":\"two\",\"version\":3}]}"));
    answers.put(
        "/subjects/one/versions/1",
        new Answer(
            200,
            "{\"schema\":\"1\",\"references\":["
                + "{\"name\":\"two.proto\",\"subject\":\"two\",\"version\":3}]}"));
    answers.put("/subjects/two/versions/3", new Answer(200, "{\"schema\":\"2\"}"));

    RegisteredSchema schema = client().latest("a/b c-value").orElseThrow();

    assertThat(schema.text()).isEqualTo("top");
    assertThat(schema.references().toString()).isEqualTo("{two.proto=2, one.proto=1}");
  }

  @Test
  void nothingIsThereOnlyWhenTheRegistrySaysSo() {
    answers.put("/schemas/ids/9", new Answer(404, "{\"error_code\":40403,\"message\":\"no\"}"));
    answers.put(
        "/subjects/s/versions/latest",
        new Answer(404, "{\"error_code\":40401,\"message\":\"no\"}"));

    assertThat(client().schema(9)).isEmpty();
    assertThat(client().latest("s")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          404 | <html>not here</html>      | answers HTTP 404 <html>not here</html>
          404 | {"error_code":404}         | answers HTTP 404
          200 | <html>welcome</html>       | answers HTTP 200
          302 | {"schema":"x"}             | answers HTTP 302
          500 | {"error_code":50001}       | answers HTTP 500
          429 | {}                         | answers HTTP 429
          """)
  void anyOtherAnswerSaysNothingOfTheSchema(int status, String body, String how) {
    answers.put("/schemas/ids/7", new Answer(status, body));
    assertThatThrownBy(() -> client().schema(7))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining(how)
        .hasMessageContaining(url() + "/schemas/ids/7")
        .hasMessageContaining("kafka.schema-registry.url");
  }

  @Test
  void aRegistryThatIsDownIsAnError_unlessAnotherAnswers() {
    URI down = URI.create("http://localhost:1");
    answers.put("/schemas/ids/7", new Answer(200, "{\"schema\":\"x\"}"));

    assertThatThrownBy(() -> client(null, null, down).schema(7))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("does not take connections (http://localhost:1/schemas/ids/7)");
    assertThat(client(null, null, down, url()).schema(7)).isPresent();
  }

  @Test
  @Timeout(20)
  void anAnswerThatNeverEndsIsGivenUp() {
    answers.put("/schemas/ids/7", new Answer(200, ""));
    SchemaRegistry hasty =
        new SchemaRegistry(
            new SchemaRegistrySettings(List.of(url()), null, null, Duration.ofMillis(300)));
    assertThatThrownBy(() -> hasty.schema(7))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("does not answer within 300 ms");
  }

  @Test
  void saysWhoAsks_andNeverThePassword() {
    answers.put("/schemas/ids/7", new Answer(200, "{\"schema\":\"x\"}"));
    client("ann", "hush", url()).schema(7);
    client(null, "tok", url()).schema(7);
    client().schema(7);
    assertThat(authorizations).containsExactly("Basic YW5uOmh1c2g=", "Bearer tok", null);

    answers.put("/schemas/ids/7", new Answer(401, "{\"error_code\":401}"));
    assertThatThrownBy(() -> client("ann", "hush", url()).schema(7))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("refuses the user 'ann' (HTTP 401)")
        .hasMessageNotContaining("hush");
  }
}
