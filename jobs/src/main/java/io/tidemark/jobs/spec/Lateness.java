package io.tidemark.jobs.spec;

import java.time.Duration;
import java.util.Optional;

/**
 * How long after its event time a message may reach the broker and still count in the stream. Late
 * is a fact of the message (the broker's record timestamp minus the event time), so that it does
 * not depend on how a stream was cut into micro-batches.
 */
public final class Lateness {
  /** Nothing is ever late. */
  public static final Lateness UNLIMITED = new Lateness(null);

  private final Duration limit;

  private Lateness(Duration limit) {
    this.limit = limit;
  }

  /** Late is whatever is later than {@code limit}, which is positive. */
  public static Lateness of(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("lateness " + limit + " is negative; declare 0 or more");
    }
    return new Lateness(limit);
  }

  /** The limit, or nothing when lateness is unlimited. */
  public Optional<Duration> limit() {
    return Optional.ofNullable(limit);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Lateness that && limit().equals(that.limit());
  }

  @Override
  public int hashCode() {
    return limit().hashCode();
  }

  @Override
  public String toString() {
    return limit == null ? "unlimited" : limit.toString();
  }
}
