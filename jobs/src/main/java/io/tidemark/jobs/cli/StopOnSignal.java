package io.tidemark.jobs.cli;

import io.tidemark.jobs.run.StopSignal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Asks the streams of this process to stop when it gets SIGTERM or SIGINT. A hook of the JVM would
 * come too late: others, Iceberg's among them, close what a micro-batch needs to end at the same
 * time. A second signal ends the process as SIGKILL would.
 */
final class StopOnSignal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StopOnSignal.class);
  private static final int BY_SIGNAL = 128;

  private final StopSignal stop;
  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
  private volatile int received;

  StopOnSignal(StopSignal stop) {
    this.stop = stop;
    for (String name : List.of("TERM", "INT")) {
      Signal signal = new Signal(name);
      try {
        before.put(signal, Signal.handle(signal, this::handle));
      } catch (IllegalArgumentException e) {
        LOG.warn("SIG{} ends micro-batches in their midst: this JVM does not give it away", name);
      }
    }
  }

  private void handle(Signal signal) {
    if (received != 0) {
      Runtime.getRuntime().halt(BY_SIGNAL + signal.getNumber());
    }
    received = signal.getNumber();
    stop.stop();
  }

  /** What the process ends with when all went well: as one that the signal ended. */
  int exitCode() {
    return received == 0 ? ExitCodes.OK : BY_SIGNAL + received;
  }

  /** Gives the signals back. */
  @Override
  public void close() {
    before.forEach(Signal::handle);
  }
}
