package io.tidemark.jobs.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.SchemaRegistrySettings;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a registry that speaks Confluent's API. It never guesses: what is neither a schema nor the
 * registry's own word that there is none is an error, so that a wrong address or a registry that is
 * down makes no message look bad. Safe for use by several threads.
 */
public final class SchemaRegistry {
  private static final int SUBJECT_UNKNOWN = 40401;
  private static final int VERSION_UNKNOWN = 40402;
  private static final int SCHEMA_UNKNOWN = 40403;

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final String AVRO = "AVRO";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SchemaRegistrySettings settings;
  private final HttpClient http;

  /** A client; nothing is asked yet. */
  public SchemaRegistry(SchemaRegistrySettings settings) {
    this.settings = settings;
    Duration connect = settings.timeout().compareTo(CONNECT) < 0 ? settings.timeout() : CONNECT;
    // Another address is not followed: it would be given the password.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(connect)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * The schema of that id; nothing when the registry says that it has none.
   *
   * @throws RegistryUnavailableException when it cannot be asked
   * @throws RegistryRefusedException when it does not let this client in
   */
  public Optional<RegisteredSchema> schema(int id) {
    return get("/schemas/ids/" + id, SCHEMA_UNKNOWN).map(this::withReferences);
  }

  /**
   * The newest schema of a subject; nothing when the registry has no such subject.
   *
   * @throws RegistryUnavailableException when it cannot be asked
   * @throws RegistryRefusedException when it does not let this client in
   */
  public Optional<RegisteredSchema> latest(String subject) {
    return get("/subjects/" + encoded(subject) + "/versions/latest", SUBJECT_UNKNOWN)
        .map(this::withReferences);
  }

  private RegisteredSchema withReferences(JsonNode schema) {
    Map<String, String> references = new LinkedHashMap<>();
    follow(schema, references, new HashSet<>());
    return new RegisteredSchema(
        schema.path("schemaType").asText(AVRO), schema.path("schema").asText(), references);
  }

  /** Adds what a schema uses; what is used by another comes before it. */
  private void follow(JsonNode schema, Map<String, String> references, Set<String> asked) {
    for (JsonNode reference : schema.path("references")) {
      String path =
          "/subjects/"
              + encoded(reference.path("subject").asText())
              + "/versions/"
              + reference.path("version").asInt();
      if (asked.add(path)) {
        JsonNode used =
            get(path, VERSION_UNKNOWN)
                .orElseThrow(
                    () -> unexpected(path, "has no such version, which a schema refers to", null));
        follow(used, references, asked);
        references.put(reference.path("name").asText(), used.path("schema").asText());
      }
    }
  }

  /** The answer; nothing when the registry says, in its own words, that it does not have it. */
  private Optional<JsonNode> get(String path, int unknown) {
    RegistryUnavailableException last = null;
    for (URI url : settings.urls()) {
      try {
        return get(url, path, unknown);
      } catch (RegistryUnavailableException e) {
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
      }
    }
    throw last;
  }

  private Optional<JsonNode> get(URI url, String path, int unknown) {
    HttpResponse<String> response = send(url, path);
    int status = response.statusCode();
    if (status == 401 || status == 403) {
      throw new RegistryRefusedException(
          "the schema registry at %s refuses %s (HTTP %d); correct 'user' and 'password' of kafka.schema-registry"
              .formatted(
                  url,
                  settings.user() == null ? "this client" : "the user '" + settings.user() + "'",
                  status));
    }
    JsonNode body = json(response.body());
    if (status == 200 && body.path("schema").isTextual()) {
      return Optional.of(body);
    }
    // A 404 of a proxy, or of a server that is something else, says nothing of the schema.
    if (status == 404 && body.path("error_code").asInt() == unknown) {
      return Optional.empty();
    }
    throw unexpected(url + path, "answers HTTP " + status + " " + excerpt(response.body()), null);
  }

  private HttpResponse<String> send(URI url, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    authorization().ifPresent(value -> request.header("Authorization", value));
    String what = url + path;
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(request.build(), BodyHandlers.ofString());
    try {
      // The client's own limit ends with the head of an answer; its body may never come.
      return answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw unexpected(what, "does not answer within " + settings.timeout().toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ConnectException
          ? unexpected(what, "does not take connections", e.getCause())
          : unexpected(what, "does not answer: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unexpected(what, "was not waited for", e);
    }
  }

  private Optional<String> authorization() {
    if (settings.password() == null) {
      return Optional.empty();
    }
    if (settings.user() == null) {
      return Optional.of("Bearer " + settings.password());
    }
    byte[] both = (settings.user() + ":" + settings.password()).getBytes(StandardCharsets.UTF_8);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
  }

  private static RegistryUnavailableException unexpected(String what, String how, Throwable e) {
    return new RegistryUnavailableException(
        "the schema registry %s (%s). No message was taken or refused without it: bring it up, or correct kafka.schema-registry.url; a retry goes on from what is committed"
            .formatted(how, what),
        e);
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException noJson) {
      return JSON.missingNode();
    }
  }

  private static String excerpt(String body) {
    String line = body.replaceAll("\\s+", " ").strip();
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
