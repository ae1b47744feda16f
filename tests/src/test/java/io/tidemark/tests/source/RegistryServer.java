package io.tidemark.tests.source;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A schema registry in memory that answers what a reader asks, as Confluent documents its API: real
 * ones do not start without software that is in no Maven repository. It can go down and come back.
 */
final class RegistryServer implements AutoCloseable {
  static final String USER = "tidemark";
  static final String PASSWORD = "hush-hush";

  private static final Pattern ID = Pattern.compile("/schemas/ids/(\\d+)");
  private static final Pattern VERSION =
      Pattern.compile("/subjects/([^/]+)/versions/(latest|\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int port;
  private final List<ObjectNode> schemas = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new HashMap<>();
  private HttpServer server;

  RegistryServer(int port) {
    this.port = port;
    start();
  }

  String url() {
    return "http://localhost:" + port;
  }

  void start() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  void stop() {
    server.stop(0);
  }

  @Override
  public void close() {
    stop();
  }

  /**
   * Adds a version to a subject; returns the number of its schema.
   *
   * @param references each a name, a subject and a version
   */
  synchronized int register(String subject, String type, String schema, String... references) {
    ObjectNode entry = JSON.createObjectNode().put("schema", schema);
    if (!type.equals("AVRO")) {
      entry.put("schemaType", type); // what is left out is Avro
    }
    for (int i = 0; i < references.length; i += 3) {
      entry
          .withArray("references")
          .addObject()
          .put("name", references[i])
          .put("subject", references[i + 1])
          .put("version", Integer.parseInt(references[i + 2]));
    }
    schemas.add(entry);
    subjects.computeIfAbsent(subject, name -> new ArrayList<>()).add(schemas.size());
    return schemas.size();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Matcher id = ID.matcher(path);
    Matcher version = VERSION.matcher(path);
    if (!isKnown(exchange.getRequestHeaders().getFirst("Authorization"))) {
      refuse(exchange, 401, 401, "Unauthorized");
    } else if (id.matches()) {
      int number = Integer.parseInt(id.group(1));
      if (number < 1 || number > schemas.size()) {
        refuse(exchange, 404, 40403, "Schema " + number + " not found");
      } else {
        send(exchange, 200, schemas.get(number - 1));
      }
    } else if (version.matches()) {
      version(exchange, version.group(1), version.group(2));
    } else {
      refuse(exchange, 404, 404, "HTTP 404 Not Found");
    }
  }

  private void version(HttpExchange exchange, String subject, String version) throws IOException {
    List<Integer> versions = subjects.getOrDefault(subject, List.of());
    int number = version.equals("latest") ? versions.size() : Integer.parseInt(version);
    if (versions.isEmpty()) {
      refuse(exchange, 404, 40401, "Subject '" + subject + "' not found.");
    } else if (number < 1 || number > versions.size()) {
      refuse(exchange, 404, 40402, "Version " + number + " not found.");
    } else {
      int id = versions.get(number - 1);
      ObjectNode answer =
          JSON.createObjectNode().put("subject", subject).put("version", number).put("id", id);
      answer.setAll(schemas.get(id - 1));
      send(exchange, 200, answer);
    }
  }

  private static boolean isKnown(String authorization) {
    byte[] both = (USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8);
    return ("Basic " + Base64.getEncoder().encodeToString(both)).equals(authorization);
  }

  private static void refuse(HttpExchange exchange, int status, int code, String message)
      throws IOException {
    send(exchange, status, JSON.createObjectNode().put("error_code", code).put("message", message));
  }

  private static void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
