package io.tidemark.catalog;

import java.time.Duration;

/**
 * What becomes of a stream that failed, while the others of its driver go on.
 *
 * @param times how often it is begun again, in a row, before it is given up; a committed
 *     micro-batch ends the row
 * @param backoff how long it waits before it is begun again
 */
public record RestartSettings(long times, Duration backoff) {
  /** Through five minutes without a catalog or a broker. */
  public static final RestartSettings DEFAULT = new RestartSettings(10, Duration.ofSeconds(30));

  public RestartSettings {
    if (times < 0 || backoff.isNegative()) {
      throw new IllegalArgumentException("restarts less than never; use 0 or more");
    }
  }
}
