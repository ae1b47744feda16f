package io.tidemark.catalog;

/**
 * Where a driver of streams serves its metrics.
 *
 * @param port where Prometheus finds them, under {@code /metrics}
 */
public record MetricsSettings(int port) {
  static final int LAST_PORT = 65_535;

  public MetricsSettings {
    if (port < 1 || port > LAST_PORT) {
      throw new IllegalArgumentException("has port " + port + "; ports go from 1 to " + LAST_PORT);
    }
  }
}
