package io.tidemark.jobs.operation;

import io.tidemark.catalog.UserError;

/** The port that metrics are to be served on has another process listening. */
public final class MetricsPortException extends IllegalStateException implements UserError {
  private static final long serialVersionUID = 1L;
  private final int port;

  MetricsPortException(int port, Throwable cause) {
    super(
        "metrics.port: %d is taken by another process, another driver of this machine perhaps"
            .formatted(port),
        cause);
    this.port = port;
  }

  @Override
  public String nextStep() {
    return "Nothing was run. Give this driver a port of its own: --set metrics.port="
        + (port < 65_000 ? port + 1 : port - 1);
  }
}
