package io.tidemark.tests.demo;

import io.tidemark.tests.lakehouse.SparkJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A driver of declared jobs in a JVM of its own, as a cluster would run it. */
final class Driver {
  private static final long STOP_SECONDS = 60;

  private final Process process;
  private final Thread reader;

  private Driver(Process process, Thread reader) {
    this.process = process;
    this.reader = reader;
  }

  /**
   * Starts one.
   *
   * @param arguments of the command line
   * @param log file that keeps everything it prints
   * @param lines told of every line, on another thread
   */
  static Driver start(List<String> arguments, Path log, Consumer<String> lines) {
    List<String> command = SparkJvm.command("io.tidemark.jobs.cli.Tidemark", List.of("-Xmx2g"));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(Redirect.PIPE)
              .start();
      Thread reader = new Thread(() -> read(process, log, lines), "driver-output");
      reader.setDaemon(true);
      reader.start();
      Driver driver = new Driver(process, reader);
      // Nobody must be left running when the demo itself is interrupted.
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return driver;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a driver", e);
    }
  }

  private static void read(Process process, Path log, Consumer<String> lines) {
    try (BufferedReader in = process.inputReader();
        var out =
            Files.newBufferedWriter(
                log,
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line);
        out.newLine();
        out.flush();
        lines.accept(line);
      }
    } catch (IOException e) {
      // A killed process takes its pipe with it; what it had printed is in the log.
      lines.accept("(output ends: " + e.getMessage() + ")");
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL: no hook runs, nothing is flushed. */
  void kill() {
    process.destroyForcibly();
    await();
  }

  /** SIGTERM: the streams end their micro-batch. */
  void stop() {
    process.destroy();
    await();
  }

  private void await() {
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "a driver did not stop within " + STOP_SECONDS + " s and was killed");
      }
      reader.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a driver was stopping", e);
    }
  }
}
