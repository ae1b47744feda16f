package io.tidemark.tests.servers;

import io.tidemark.tests.broker.LocalBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Iceberg's own server of its REST protocol, over a SQLite file. */
public final class IcebergRest implements AutoCloseable {
  private final ServerProcess process;
  private final String uri;
  private final String warehouse;

  private IcebergRest(ServerProcess process, String uri, String warehouse) {
    this.process = process;
    this.uri = uri;
    this.warehouse = warehouse;
  }

  /** Starts one and waits until it answers. */
  public static IcebergRest start() {
    ServerClassPath classPath = ServerClassPath.of("iceberg-rest");
    Path folder = classPath.freshFolder();
    int port = LocalBroker.freePort();
    String warehouse = "file:" + folder.resolve("warehouse");
    ServerProcess process =
        JavaServer.start(
            "iceberg-rest",
            folder,
            JavaServer.thisJava(),
            Map.of(
                "REST_PORT",
                String.valueOf(port),
                "CATALOG_REST_PORT",
                String.valueOf(port),
                "CATALOG_WAREHOUSE",
                warehouse,
                "CATALOG_URI",
                "jdbc:sqlite:" + folder.resolve("catalog.db") + "?busy_timeout=60000",
                "CATALOG_JDBC_SCHEMA__VERSION",
                "V1"),
            classPath.entries(),
            List.of("-Xmx256m", "-XX:+UseSerialGC", "org.apache.iceberg.rest.RESTCatalogServer"));
    String uri = "http://127.0.0.1:" + port;
    return new IcebergRest(process.awaitReady(() -> answers(uri)), uri, warehouse);
  }

  private static boolean answers(String uri) {
    try {
      return HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(uri + "/v1/config")).build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Where clients find it. */
  public String uri() {
    return uri;
  }

  /** Where it has tables written. */
  public String warehouse() {
    return warehouse;
  }

  @Override
  public void close() {
    process.close();
  }
}
