package io.tidemark.tests.servers;

import io.tidemark.tests.broker.LocalBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Flink with Iceberg in a JVM of its own, which runs statements of SQL on all cores. */
public final class Flink implements AutoCloseable {
  /**
   * What Flink's own distribution opens to its libraries, as far as SQL needs it (env.java.opts.all
   * in its config.yaml).
   */
  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.net",
          "java.base/java.io",
          "java.base/java.nio",
          "java.base/sun.nio.ch",
          "java.base/java.lang.reflect",
          "java.base/java.text",
          "java.base/java.time",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/java.util.concurrent.locks");

  private final HttpClient client = HttpClient.newHttpClient();
  private final ServerProcess process;
  private final Path folder;
  private final int port;

  /**
   * What statements took.
   *
   * @param seconds on the clock, from the first statement to the end of the last
   * @param cpuSeconds of all processors, by Flink's JVM
   */
  public record Taken(double seconds, double cpuSeconds) {}

  private Flink(ServerProcess process, Path folder, int port) {
    this.process = process;
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param heap of its JVM, as {@code 4g}
   */
  public static Flink start(String heap) {
    ServerClassPath classPath = ServerClassPath.of("flink");
    Path folder = classPath.freshFolder();
    int port = LocalBroker.freePort();
    List<String> arguments = new ArrayList<>(List.of("-Xmx" + heap));
    OPENED.forEach(name -> arguments.addAll(List.of("--add-opens", name + "=ALL-UNNAMED")));
    arguments.addAll(
        List.of(
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "io.tidemark.servers.FlinkMain",
            Integer.toString(port)));
    ServerProcess process =
        JavaServer.start(
            "flink", folder, JavaServer.thisJava(), Map.of(), classPath.entries(), arguments);
    process.awaitReady(() -> JavaServer.takesConnections(port));
    return new Flink(process, folder, port);
  }

  /** Where it may write checkpoints and whatever else; the next build removes it. */
  public Path folder() {
    return folder;
  }

  /**
   * Runs statements, each to its end.
   *
   * @param options of Flink's configuration
   * @throws IllegalStateException with Flink's failure
   */
  public Taken run(Map<String, String> options, List<String> statements) {
    String head =
        new TreeMap<>(options)
            .entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining("\n"));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .POST(BodyPublishers.ofString(head + "\n\n" + String.join("\n---\n", statements)))
            .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException("Flink failed: " + response.body());
      }
      String[] taken = response.body().split(" ");
      return new Taken(Double.parseDouble(taken[0]), Double.parseDouble(taken[1]));
    } catch (IOException e) {
      throw new UncheckedIOException("Flink did not answer; see its log in " + folder, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Flink ran", e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
