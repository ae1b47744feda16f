package io.tidemark.tests.broker;

import io.tidemark.catalog.UserError;

/** The port of an embedded broker has another process listening. */
public final class PortTakenException extends IllegalStateException implements UserError {
  private static final long serialVersionUID = 1L;
  private final int port;

  PortTakenException(int port, Throwable cause) {
    super("port " + port + " is taken by another process, so the broker cannot have it", cause);
    this.port = port;
  }

  @Override
  public String nextStep() {
    int other = port < 65_000 ? port + 100 : port - 100;
    return "Stop that process, or choose another port:"
        + " --set kafka.bootstrap-servers=localhost:"
        + other;
  }
}
