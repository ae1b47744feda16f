package io.tidemark.tests.servers;

import io.tidemark.tests.lakehouse.SparkJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The verb {@code stream} in a process of its own, as the launcher starts it. */
public final class StreamDriver implements AutoCloseable {
  private static final String MAIN = "io.tidemark.jobs.cli.Tidemark";

  /** The launcher's, where nobody says otherwise. */
  private static final String HEAP = "-Xmx4g";

  private final ServerProcess process;

  private StreamDriver(ServerProcess process) {
    this.process = process;
  }

  /**
   * Starts it; it may take a while until its first micro-batch.
   *
   * @param conf the configuration
   * @param environment of that configuration
   * @param settings what differs from the environment's file, by dotted key
   * @param folder where it runs and its log is written; a second one there overwrites the log
   */
  public static StreamDriver start(
      Path conf, String environment, Map<String, String> settings, List<String> jobs, Path folder) {
    List<String> command = SparkJvm.command(MAIN, List.of(HEAP));
    command.add("stream");
    command.addAll(jobs);
    command.addAll(List.of("--conf", conf.toString(), "--env", environment));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return new StreamDriver(ServerProcess.start("stream", folder, "TERM", Map.of(), command));
  }

  /** Fails when it has ended by itself. */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw process.failed("ended by itself");
    }
  }

  /** What it has used of all processors. */
  public Duration cpu() {
    return process.cpu();
  }

  /** SIGKILL: no hook runs, nothing is flushed. */
  public void kill() {
    process.kill();
  }

  /** Asks it to end, as SIGTERM does, and waits until it has. */
  @Override
  public void close() {
    process.close();
  }
}
