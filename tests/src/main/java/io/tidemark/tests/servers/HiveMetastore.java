package io.tidemark.tests.servers;

import io.tidemark.tests.broker.LocalBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Hive Metastore 3.1 over thrift, with its database in memory. */
public final class HiveMetastore implements AutoCloseable {
  private final ServerProcess process;
  private final int port;

  private HiveMetastore(ServerProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one and waits until it answers. */
  public static HiveMetastore start() {
    ServerClassPath classPath = ServerClassPath.of("hive-metastore");
    Path folder = classPath.freshFolder();
    int port = LocalBroker.freePort();
    ServerProcess process =
        JavaServer.start(
            "hive-metastore",
            folder,
            JavaServer.thisJava(),
            Map.of(),
            classPath.entries(),
            List.of(
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Dderby.stream.error.file=" + folder.resolve("derby.log"),
                "io.tidemark.servers.HiveMetastoreMain",
                String.valueOf(port),
                folder.resolve("warehouse").toString()));
    return new HiveMetastore(process.awaitReady(() -> JavaServer.takesConnections(port)), port);
  }

  /** Where clients find it. */
  public String uri() {
    return "thrift://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.close();
  }
}
