package io.tidemark.tests.fault;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamRun;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A driver in a JVM of its own that says on standard output what it does, and obeys standard input:
 * it starts on {@link #GO}, and where it holds it goes on after {@link #LET_GO}. When whoever
 * started it is gone, so is it.
 */
public final class DriverMain {
  public static final String READY = "READY";
  public static final String REACHED = "REACHED ";
  public static final String HOLDS = "HOLDS ";
  public static final String FAILED = "FAILED ";
  public static final String DONE = "DONE";
  static final String GO = "go";
  static final String LET_GO = "let-go";

  /** Said in place of a moment: it never holds. */
  static final String NEVER = "never";

  private DriverMain() {}

  /** How the jobs are run. */
  enum Mode {
    STREAM,
    CATCHUP
  }

  /**
   * Runs jobs.
   *
   * @param args configuration folder, mode, the moment to hold at or {@link #NEVER}, names of jobs
   *     and sinks
   */
  public static void main(String[] args) throws InterruptedException {
    HoldAt hold =
        args[2].equals(NEVER)
            ? null
            : new HoldAt(Moment.parse(args[2]), what -> System.out.println(HOLDS + what));
    CountDownLatch start = obeyInput(hold);
    LocalLakehouse house = LocalLakehouse.open(Path.of(args[0]), FaultProject.LOCAL);
    List<String> names = List.of(args).subList(3, args.length);
    List<JobSpec> jobs =
        house.jobs().jobs().stream().filter(job -> names.contains(job.name())).toList();
    StreamRun.Sinks sinks =
        new StreamRun.Sinks(
            house.jobs().sinks().stream().filter(sink -> names.contains(sink.name())).toList(),
            false);
    MicroBatchListener told =
        new MicroBatchListener() {
          @Override
          public void reached(String job, long batch, Phase phase) {
            System.out.println(REACHED + job + " micro-batch " + batch + " " + phase);
          }
        };
    StreamRun run = house.streams(new StopSignal(), hold == null ? told : told.and(hold));
    System.out.println(READY);
    start.await();
    int code = 0;
    try {
      if (Mode.valueOf(args[1]) == Mode.STREAM) {
        run.stream(jobs, sinks);
      } else {
        run.catchUp(jobs, sinks);
      }
      System.out.println(DONE);
    } catch (RuntimeException e) {
      System.out.println(FAILED + e);
      e.printStackTrace();
      code = 1;
    }
    System.exit(code);
  }

  /**
   * Begins to obey standard input.
   *
   * @param hold what {@link #LET_GO} is for; {@code null} when it never holds
   * @return what opens on {@link #GO}
   */
  public static CountDownLatch obeyInput(HoldAt hold) {
    CountDownLatch start = new CountDownLatch(1);
    Thread input = new Thread(() -> obey(start, hold), "standard-input");
    input.setDaemon(true);
    input.start();
    return start;
  }

  private static void obey(CountDownLatch start, HoldAt hold) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals(GO)) {
          start.countDown();
        } else if (line.equals(LET_GO) && hold != null) {
          hold.letGo();
        }
      }
    } catch (IOException e) {
      e.printStackTrace();
    }
    Runtime.getRuntime().halt(2);
  }
}
