package io.tidemark.tests.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * The broker's own JVM: formats the storage when it is new, then runs the broker until a signal
 * ends it, or until the process that started it is gone.
 */
final class BrokerMain {
  /** All data folders may share it: it only tells a folder that another program formatted. */
  private static final String CLUSTER_ID = "dGlkZW1hcmstbG9jYWwtMQ";

  private BrokerMain() {}

  /**
   * @param args the properties file, and whom to follow into the end: a process by its id, or all
   *     users by the file that they lock
   */
  public static void main(String[] args) {
    String properties = args[0];
    int status =
        StorageTool.execute(
            new String[] {
              "format", "--ignore-formatted", "--cluster-id", CLUSTER_ID, "--config", properties
            },
            System.out);
    if (status != 0) {
      System.exit(status);
    }
    if (args[1].matches("\\d+")) {
      endWithProcess(Long.parseLong(args[1]));
    } else {
      Thread thread = new Thread(() -> endWithLastUser(Path.of(args[1])), "users");
      thread.setDaemon(true);
      thread.start();
    }
    Kafka.main(new String[] {properties});
  }

  /** A shutdown hook of the other process would not run when that is killed. */
  private static void endWithProcess(long pid) {
    ProcessHandle.of(pid)
        .ifPresentOrElse(
            process -> process.onExit().thenRun(() -> System.exit(0)), () -> System.exit(0));
  }

  private static void endWithLastUser(Path users) {
    // Held until this process has ended: who comes meanwhile waits, and starts another one.
    try (BrokerUsers.Alone last = BrokerUsers.alone(users)) {
      if (!Files.exists(LocalBroker.keptBy(users))) {
        System.exit(0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell when " + users + " is left", e);
    }
  }
}
