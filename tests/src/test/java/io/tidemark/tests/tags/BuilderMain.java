package io.tidemark.tests.tags;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.build.HistoryBuild;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tests.fault.DriverMain;
import io.tidemark.tests.fault.DriverProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/**
 * A build in a JVM of its own that speaks as {@link DriverMain} does, and is killed with SIGKILL:
 * while it holds behind one of its commits, or at any moment.
 */
final class BuilderMain {
  /** Said in place of the end of a line: it never holds. */
  private static final String NEVER = "never";

  private BuilderMain() {}

  /**
   * Builds until a line of its progress was said, and is killed there.
   *
   * @param line how the line ends
   */
  static void killAt(Path folder, LocalDate day, String line) {
    try (DriverProcess builder = start(folder, day, line)) {
      builder.go();
      builder.await(said -> said.startsWith(DriverMain.HOLDS));
    }
  }

  /**
   * Builds and is killed some time after it has begun, or has ended.
   *
   * @param lines of its progress that it has said by then
   * @param millis how long after the last of them
   */
  static void killAfter(Path folder, LocalDate day, int lines, int millis) {
    try (DriverProcess builder = start(folder, day, NEVER)) {
      builder.go();
      for (int line = 0; line < lines; line++) {
        if (builder.await(said -> true).equals(DriverMain.DONE)) {
          break;
        }
      }
      builder.endsWithin(Duration.ofMillis(millis));
    }
  }

  private static DriverProcess start(Path folder, LocalDate day, String line) {
    return new DriverProcess(
        BuilderMain.class,
        List.of(folder.toString(), day.toString(), line),
        folder.resolve("builder.log"));
  }

  /**
   * Builds.
   *
   * @param args folder, day, end of the line to hold at
   */
  public static void main(String[] args) throws InterruptedException {
    CountDownLatch start = DriverMain.obeyInput(null);
    Lakehouse lake = HistoryProject.open(Path.of(args[0]));
    System.out.println(DriverMain.READY);
    start.await();
    new HistoryBuild(
            lake,
            HistoryProject.spec(
                HistoryBuildTest.NAME, HistoryBuildTest.DAYS, HistoryBuildTest.LAYOUT),
            said -> holdAt(said, args[2]))
        .run(new Request(Mode.DAY, LocalDate.parse(args[1]), OptionalInt.empty()));
    System.out.println(DriverMain.DONE);
    new CountDownLatch(1).await();
  }

  private static void holdAt(String said, String line) {
    System.out.println((said.endsWith(line) ? DriverMain.HOLDS : DriverMain.REACHED) + said);
    if (said.endsWith(line)) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
