package io.tidemark.tests.fault;

import io.tidemark.tests.broker.LocalBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One broker for the fault tests of a JVM, which it ends with; topics are each test's own. */
public final class SharedBroker {
  private static LocalBroker broker;

  private SharedBroker() {}

  /** The broker, started when it is first asked for. */
  public static synchronized LocalBroker get() {
    if (broker == null) {
      try {
        Path data = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "fault-kafka");
        broker = LocalBroker.at(data, LocalBroker.freePort()).withPartitions(2).start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return broker;
  }
}
