package io.tidemark.tests.fault;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compacts all tables again and again, in a JVM of its own that speaks as {@link DriverMain} does.
 * Where it holds it stays until it is killed.
 */
final class CompactorMain {
  /** Stands before what became of the groups of a run: done, conflicted and failed. */
  static final String GROUPS = "GROUPS ";

  private CompactorMain() {}

  /**
   * Where a compactor holds.
   *
   * @param step the step
   * @param skip how many times it takes the step before
   */
  record Hold(CompactionListener.Step step, int skip) {
    @Override
    public String toString() {
      return step + ":" + skip;
    }

    static Hold parse(String text) {
      String[] parts = text.split(":");
      return new Hold(CompactionListener.Step.valueOf(parts[0]), Integer.parseInt(parts[1]));
    }
  }

  /**
   * Runs until it is killed.
   *
   * @param args configuration folder, a {@link Hold} or {@link DriverMain#NEVER}
   */
  public static void main(String[] args) throws InterruptedException {
    Hold hold = args[1].equals(DriverMain.NEVER) ? null : Hold.parse(args[1]);
    CountDownLatch start = DriverMain.obeyInput(null);
    LocalLakehouse house = LocalLakehouse.open(Path.of(args[0]), FaultProject.LOCAL);
    System.out.println(DriverMain.READY);
    start.await();
    try {
      Compaction compaction = house.compaction(Clock.systemUTC(), holdingAt(hold));
      while (true) {
        say(compaction.run(all(house)));
      }
    } catch (RuntimeException e) {
      System.out.println(DriverMain.FAILED + e);
      e.printStackTrace();
      System.exit(1);
    }
  }

  /** Whatever is due of the jobs' tables that are there, by one core. */
  static Compaction.Order all(LocalLakehouse house) {
    return only(
        house.jobs().jobs().stream().map(JobSpec::output).filter(house.lake()::exists).toList());
  }

  /** The same of some tables. */
  static Compaction.Order only(List<TableName> tables) {
    return new Compaction.Order(tables, Wish.UNLIMITED, null, 1);
  }

  private static void say(CompactionReport report) {
    if (!report.outcomes().isEmpty()) {
      Groups groups = Groups.of(report);
      System.out.printf(
          "%s%d %d %d%n", GROUPS, groups.done(), groups.conflicted(), groups.failed());
    }
  }

  private static CompactionListener holdingAt(Hold hold) {
    AtomicInteger before = new AtomicInteger();
    return (table, step, what) -> {
      System.out.println(DriverMain.REACHED + table + " " + step + " " + what);
      if (hold != null && step == hold.step() && before.getAndIncrement() == hold.skip()) {
        System.out.println(DriverMain.HOLDS + table + " " + step + " " + what);
        stay();
      }
    };
  }

  private static void stay() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while held", e);
    }
  }

  /** What became of groups. */
  record Groups(long done, long conflicted, long failed) {
    static final Groups NONE = new Groups(0, 0, 0);

    static Groups of(CompactionReport report) {
      return report.outcomes().stream()
          .map(each -> new Groups(each.groupsDone(), each.groupsConflicted(), each.groupsFailed()))
          .reduce(NONE, Groups::and);
    }

    static Groups parse(String line) {
      String[] numbers = line.substring(GROUPS.length()).split(" ");
      return new Groups(
          Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
    }

    Groups and(Groups other) {
      return new Groups(done + other.done, conflicted + other.conflicted, failed + other.failed);
    }

    /** Of those that were begun, the share that was committed; 1 when none was. */
    double successShare() {
      long begun = done + conflicted + failed;
      return begun == 0 ? 1 : (double) done / begun;
    }
  }
}
