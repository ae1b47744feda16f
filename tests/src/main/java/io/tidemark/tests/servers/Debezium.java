package io.tidemark.tests.servers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Debezium's engine, which writes a database's changes to Kafka as Kafka Connect would. */
public final class Debezium implements AutoCloseable {
  private final Supplier<ServerProcess> start;
  private ServerProcess process;

  private Debezium(Supplier<ServerProcess> start, BooleanSupplier ready) {
    this.start = start;
    this.process = start.get().awaitReady(ready);
  }

  /**
   * Starts a connector, from its beginning.
   *
   * @param connector its configuration, as for Kafka Connect
   * @param environment variables that the configuration names
   * @param ready what tells that it is at work
   */
  public static Debezium start(
      Path connector, String brokers, Map<String, String> environment, BooleanSupplier ready) {
    ServerClassPath classPath = ServerClassPath.of("debezium");
    Path folder = classPath.freshFolder();
    Supplier<ServerProcess> start =
        () ->
            JavaServer.start(
                "debezium",
                folder,
                JavaServer.thisJava(),
                environment,
                classPath.entries(),
                List.of(
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    "io.tidemark.servers.DebeziumMain",
                    connector.toAbsolutePath().toString(),
                    brokers,
                    folder.resolve("position").toString()));
    return new Debezium(start, ready);
  }

  /**
   * Ends the connector, and starts it where it was, with what its configuration is now.
   *
   * @param ready what tells that it is at work
   */
  public void restart(BooleanSupplier ready) {
    process.close();
    process = start.get().awaitReady(ready);
  }

  @Override
  public void close() {
    process.close();
  }
}
