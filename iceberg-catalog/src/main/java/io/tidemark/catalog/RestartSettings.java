package io.tidemark.catalog;

import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of a stream that failed, while the others of its driver go on. A row of restarts
 * ends with a committed micro-batch.
 *
 * @param times how often it is begun again in a row before it is given up; {@code null} for as
 *     often as it takes
 * @param backoff how long it waits before it is begun again; twice as long with each in a row
 * @param longestBackoff but no longer than this
 */
public record RestartSettings(Long times, Duration backoff, Duration longestBackoff) {
  /** Through any outage, and well within five minutes behind its end. */
  public static final RestartSettings DEFAULT =
      new RestartSettings(null, Duration.ofSeconds(10), Duration.ofMinutes(2));

  public RestartSettings {
    if (times != null && times < 0 || backoff.isNegative()) {
      throw new IllegalArgumentException("restarts less than never; use 0 or more");
    }
    if (longestBackoff.compareTo(backoff) < 0) {
      throw new IllegalArgumentException(
          "waits longer before a first restart than before any; use a longest-backoff from backoff"
              + " on");
    }
  }

  /**
   * How long to wait.
   *
   * @param restarts how often it was begun again in a row
   * @return nothing when it is given up
   */
  public Optional<Duration> after(long restarts) {
    if (times != null && restarts >= times) {
      return Optional.empty();
    }
    Duration pause = backoff;
    for (long i = 0; i < restarts && pause.compareTo(longestBackoff) < 0; i++) {
      pause = pause.isZero() ? longestBackoff : pause.multipliedBy(2);
    }
    return Optional.of(pause.compareTo(longestBackoff) < 0 ? pause : longestBackoff);
  }
}
