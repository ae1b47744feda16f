package io.tidemark.tests.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The process that a pid file names, found again by any later JVM. */
final class BrokerProcess {
  private final Path pidFile;
  private final Path arguments;

  /**
   * @param arguments the argument file the broker was started with; it stands in its command line
   *     and so tells the broker from a stranger who got its process id after a crash
   */
  BrokerProcess(Path pidFile, Path arguments) {
    this.pidFile = pidFile;
    this.arguments = arguments;
  }

  Optional<ProcessHandle> find() throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    String text = Files.readString(pidFile).strip();
    if (!text.matches("\\d{1,18}")) {
      return Optional.empty(); // cut short by a full disk: as good as none
    }
    return ProcessHandle.of(Long.parseLong(text)).filter(ProcessHandle::isAlive).filter(this::ours);
  }

  void remember(ProcessHandle process) throws IOException {
    Files.writeString(pidFile, process.pid() + "\n");
  }

  void forget() throws IOException {
    Files.deleteIfExists(pidFile);
  }

  /** Asks the process to end, makes it end after {@code grace}, and waits until it has. */
  static void end(ProcessHandle process, Duration grace) {
    process.destroy();
    if (!waitFor(process, grace)) {
      process.destroyForcibly();
      if (!waitFor(process, grace)) {
        throw new IllegalStateException("process " + process.pid() + " cannot be ended");
      }
    }
  }

  /** Whether the process ended within {@code time}. */
  static boolean waitFor(ProcessHandle process, Duration time) {
    try {
      process.onExit().get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return !process.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for process " + process.pid(), e);
    }
  }

  private boolean ours(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains(arguments.toString());
  }
}
