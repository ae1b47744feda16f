package io.tidemark.jobs.operation;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.tidemark.catalog.MetricsSettings;
import java.io.IOException;
import java.net.BindException;

/** Serves {@link StreamMetrics} under {@code /metrics} until it is closed. */
public final class MetricsServer implements AutoCloseable {
  private final HTTPServer server;

  private MetricsServer(HTTPServer server) {
    this.server = server;
  }

  /**
   * Begins to serve.
   *
   * @throws MetricsPortException when another process has the port
   */
  public static MetricsServer start(MetricsSettings settings, StreamMetrics metrics) {
    try {
      return new MetricsServer(
          HTTPServer.builder().port(settings.port()).registry(metrics.registry()).buildAndStart());
    } catch (BindException e) {
      throw new MetricsPortException(settings.port(), e);
    } catch (IOException e) {
      throw new IllegalStateException("metrics cannot be served on port " + settings.port(), e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
