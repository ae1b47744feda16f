package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.tidemark.tests.lakehouse.SparkJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A {@link DriverMain} as the test sees it. */
public final class DriverProcess implements AutoCloseable {
  private static final long LONGEST_SECONDS = 120;
  private static final String END = "(end of output)";

  private final Process process;
  private final Path log;
  private final PrintWriter input;
  private final BlockingQueue<String> output = new LinkedBlockingQueue<>();

  /**
   * Starts a driver, which then waits for {@link #go}.
   *
   * @param log file for what it prints beside its reports
   * @param holdAt where it holds; {@code null} for nowhere
   */
  DriverProcess(
      FaultProject project, DriverMain.Mode mode, Moment holdAt, List<String> jobs, Path log) {
    this(DriverMain.class, arguments(project, mode, holdAt, jobs), log);
  }

  /**
   * Starts any process that speaks as a {@link DriverMain} does.
   *
   * @param main its main class
   */
  public DriverProcess(Class<?> main, List<String> arguments, Path log) {
    List<String> options = List.of("-Xmx1g", "-Duser.timezone=" + FaultProject.ZONE.getId());
    List<String> command = SparkJvm.command(main.getName(), options);
    command.addAll(arguments);
    this.log = log;
    try {
      this.process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a driver", e);
    }
    this.input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    Thread reader = new Thread(this::read, "driver-output");
    reader.setDaemon(true);
    reader.start();
  }

  private static List<String> arguments(
      FaultProject project, DriverMain.Mode mode, Moment holdAt, List<String> jobs) {
    List<String> arguments = new ArrayList<>(List.of(project.conf().toString(), mode.name()));
    arguments.add(holdAt == null ? DriverMain.NEVER : holdAt.toString());
    arguments.addAll(jobs);
    return arguments;
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
      }
    } catch (IOException e) {
      output.add(e.toString());
    }
    output.add(END);
  }

  /** Lets it start its work, once it is ready to. */
  public void go() {
    await(DriverMain.READY::equals);
    input.println(DriverMain.GO);
  }

  /** Lets it go on from where it holds. */
  void letGo() {
    input.println(DriverMain.LET_GO);
  }

  /** Waits for a report. */
  public String await(Predicate<String> wanted) {
    try {
      while (true) {
        String line = output.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
          fail("the driver says nothing any more; %s says:%n%s%n%s", log, end(log), threads());
        }
        if (wanted.test(line)) {
          return line;
        }
        assertThat(line)
            .as("the driver ended by itself; see %s", log)
            .isNotEqualTo(END)
            .doesNotStartWith(DriverMain.FAILED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The folder of the log is gone when somebody asks why. */
  private static String end(Path log) {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 50), all.size()));
    } catch (IOException | UncheckedIOException e) {
      return e.toString();
    }
  }

  /** What its threads are doing. */
  private String threads() {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process dump =
          new ProcessBuilder(jcmd, Long.toString(process.pid()), "Thread.print")
              .redirectErrorStream(true)
              .start();
      return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "no threads: " + e;
    }
  }

  /**
   * The next report, or nothing when none comes in time.
   *
   * @param wait how long to wait for it
   */
  Optional<String> next(Duration wait) {
    try {
      String line = output.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(line == null ? "" : line)
          .as("the process ended by itself; see %s", log)
          .isNotEqualTo(END)
          .doesNotStartWith(DriverMain.FAILED);
      return Optional.ofNullable(line);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits until it has ended by itself, but no longer than this. */
  public void endsWithin(Duration wait) {
    try {
      process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGKILL: no hook runs, nothing is flushed. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Waits until it has ended by itself. */
  int awaitEnd() {
    try {
      assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS))
          .as("the driver ends; see %s", log)
          .isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
