package io.tidemark.tests.fault;

import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Publishes days again and again, in a JVM of its own that speaks as {@link DriverMain} does. */
final class PublisherMain {
  private PublisherMain() {}

  /**
   * Runs until it is killed.
   *
   * @param args configuration folder
   */
  public static void main(String[] args) throws InterruptedException {
    CountDownLatch start = DriverMain.obeyInput(null);
    LocalLakehouse house = LocalLakehouse.open(Path.of(args[0]), FaultProject.LOCAL);
    System.out.println(DriverMain.READY);
    start.await();
    try {
      PublishCycle cycle =
          new PublishCycle(
              house, PublishKillTest.DAYS, step -> System.out.println(DriverMain.REACHED + step));
      while (true) {
        cycle.run();
      }
    } catch (RuntimeException e) {
      System.out.println(DriverMain.FAILED + e);
      e.printStackTrace();
      System.exit(1);
    }
  }
}
