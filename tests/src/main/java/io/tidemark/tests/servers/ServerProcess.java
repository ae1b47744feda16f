package io.tidemark.tests.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A server in a process of its own, which ends when it is closed, and with the JVM that started it,
 * however that ends: a shell between the two waits for the end of its standard input.
 */
final class ServerProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration STOP_GRACE = Duration.ofSeconds(20);
  private static final long POLL_MS = 100;
  private static final int LOG_LINES = 40;

  /** $0 is the signal that asks the server to end. */
  private static final String GUARD =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      server=$!
      (cat <&3 >/dev/null; kill -s "$0" "$server" 2>/dev/null) &
      guard=$!
      wait "$server"
      code=$?
      kill "$guard" 2>/dev/null
      exit "$code"
      """;

  private final String name;
  private final Path log;
  private final Process process;

  private ServerProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a server.
   *
   * @param folder where it runs, and {@code NAME.log} is written
   * @param signal what asks it to end: TERM for a JVM
   */
  static ServerProcess start(
      String name,
      Path folder,
      String signal,
      Map<String, String> environment,
      List<String> command) {
    List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, signal));
    guarded.addAll(command);
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(guarded)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    try {
      return new ServerProcess(name, log, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(name + " was not started", e);
    }
  }

  /** Waits until the server answers. */
  ServerProcess awaitReady(BooleanSupplier answers) {
    long limit = System.nanoTime() + START_LIMIT.toNanos();
    try {
      while (!answers.getAsBoolean()) {
        if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
          throw failed("ended while it started");
        }
        if (System.nanoTime() - limit > 0) {
          throw failed("did not answer within " + START_LIMIT.toSeconds() + " s");
        }
      }
      return this;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " started", e);
    }
  }

  IllegalStateException failed(String how) {
    String tail;
    try {
      List<String> lines = Files.readAllLines(log);
      tail = String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      tail = "(cannot be read: " + e.getMessage() + ")";
    }
    close();
    return new IllegalStateException("%s %s; the end of %s:%n%s".formatted(name, how, log, tail));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What its processors did; what ended is not counted. */
  Duration cpu() {
    return process
        .descendants()
        .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** SIGKILL: no hook runs, nothing is flushed. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " was killed", e);
    }
  }

  /** Asks the server to end, and waits until it has. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_GRACE.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name + " was not stopped", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " stopped", e);
    }
  }
}
