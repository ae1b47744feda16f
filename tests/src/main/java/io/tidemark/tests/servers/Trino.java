package io.tidemark.tests.servers;

import io.tidemark.tests.broker.LocalBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;

/** A Trino of one node, on a JDK 25, whose catalogs come and go by SQL. */
public final class Trino implements AutoCloseable {
  private static final String VERSION = "483";

  private final ServerProcess process;
  private final int port;

  private Trino(ServerProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one and waits until it answers. */
  public static Trino start() {
    ServerClassPath classPath = ServerClassPath.of("trino");
    Path folder = classPath.freshFolder();
    int port = LocalBroker.freePort();
    try {
      plugin(folder.resolve("plugin/iceberg"));
      Files.writeString(folder.resolve("config.properties"), config(port));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
    ServerProcess process =
        JavaServer.start(
            "trino",
            folder,
            Java25.home().orElseThrow(() -> new IllegalStateException(Java25.NOT_FOUND)),
            Map.of(),
            classPath.entries(),
            List.of(
                "-Xmx640m",
                "-XX:+UseSerialGC",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djdk.attach.allowAttachSelf=true",
                "-Dplugin.dir=" + folder.resolve("plugin"),
                "-Dnode.environment=test",
                "-Dnode.id=one",
                "-Dnode.data-dir=" + folder.resolve("data"),
                "-Dconfig=" + folder.resolve("config.properties"),
                "io.tidemark.servers.TrinoMain",
                VERSION));
    Trino trino = new Trino(process, port);
    process.awaitReady(trino::answers);
    return trino;
  }

  private static String config(int port) {
    return """
        coordinator=true
        node-scheduler.include-coordinator=true
        http-server.http.port=%1$d
        discovery.uri=http://127.0.0.1:%1$d
        node.internal-address=127.0.0.1
        catalog.management=dynamic
        catalog.store=memory
        query.max-memory=200MB
        query.max-memory-per-node=200MB
        memory.heap-headroom-per-node=150MB
        """
        .formatted(port);
  }

  /** The folder that an installed Trino would have: the connector's jars, and what names it. */
  private static void plugin(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Path jar : ServerClassPath.of("trino-iceberg").entries()) {
      if (Files.isRegularFile(jar)) {
        Files.createSymbolicLink(folder.resolve(jar.getFileName()), jar);
      }
    }
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(folder.resolve("services.jar")))) {
      jar.putNextEntry(new JarEntry("META-INF/services/io.trino.spi.Plugin"));
      jar.write("io.trino.plugin.iceberg.IcebergPlugin\n".getBytes());
    }
  }

  private boolean answers() {
    try {
      query("SELECT 1");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * Makes a catalog known.
   *
   * @param properties those of its file; {@code connector.name} among them
   */
  public void createCatalog(String name, Map<String, String> properties) throws SQLException {
    String with =
        properties.entrySet().stream()
            .filter(property -> !property.getKey().equals("connector.name"))
            .map(
                each ->
                    "\"%s\" = '%s'".formatted(each.getKey(), each.getValue().replace("'", "''")))
            .collect(Collectors.joining(", "));
    query(
        "CREATE CATALOG %s USING %s WITH (%s)"
            .formatted(name, properties.get("connector.name"), with));
  }

  /** The rows of a query, every value as {@link Rendered}; of a statement without rows, nothing. */
  public List<String> query(String sql) throws SQLException {
    return query("", sql);
  }

  /** The same in a catalog, which names of tables may leave out; none without a name. */
  public List<String> query(String catalog, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:trino://127.0.0.1:" + port + "/" + catalog + "?user=test");
        Statement statement = connection.createStatement()) {
      List<String> rows = new ArrayList<>();
      if (statement.execute(sql)) {
        ResultSet result = statement.getResultSet();
        while (result.next()) {
          rows.add(Rendered.row(result));
        }
      }
      return rows;
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
