package io.tidemark.tests.broker;

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
   * @param args the properties file, and the process to follow into its end, if any
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
    if (args.length > 1) {
      // A shutdown hook of the parent does not run when the parent is killed.
      ProcessHandle.of(Long.parseLong(args[1]))
          .ifPresentOrElse(
              parent -> parent.onExit().thenRun(() -> System.exit(0)), () -> System.exit(0));
    }
    Kafka.main(new String[] {properties});
  }
}
