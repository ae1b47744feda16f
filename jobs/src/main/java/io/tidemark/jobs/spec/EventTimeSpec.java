package io.tidemark.jobs.spec;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Which column says when an event happened, and which times cannot be. A time is held against the
 * broker's record timestamp and never against a clock, so that every run comes to the same.
 *
 * @param column a column of type timestamp that every message has; of a change log mostly {@code
 *     event_time}, which is when the change was committed
 * @param notBefore an earlier time is impossible
 * @param maxAhead how far ahead of the broker's record timestamp a time may be
 * @param ahead what becomes of a message whose time is further ahead
 */
public record EventTimeSpec(String column, Instant notBefore, Duration maxAhead, Ahead ahead)
    implements Serializable {
  /** Later times cannot be held by the tables, whatever is declared. */
  private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

  /** What becomes of a message from the future. */
  public enum Ahead {
    /** Its time is impossible. */
    DEAD_LETTER,
    /** It stays as it is, in the business day that it says. */
    KEEP,
    /** It happened when the broker received it. */
    CLAMP
  }

  public EventTimeSpec {
    Objects.requireNonNull(ahead, "ahead");
  }

  /** A time that is further ahead is impossible. */
  public EventTimeSpec(String column, Instant notBefore, Duration maxAhead) {
    this(column, notBefore, maxAhead, Ahead.DEAD_LETTER);
  }

  /** Whether a time is too late to be of a row. */
  public boolean isTooLate(Instant time, Instant recordTime) {
    return switch (ahead) {
      case DEAD_LETTER -> isAhead(time, recordTime);
      case KEEP -> isAhead(time, recordTime) && time.isAfter(LAST);
      case CLAMP -> false;
    };
  }

  /** The time of a row: mostly the one that its message says. */
  public Instant settled(Instant time, Instant recordTime) {
    return ahead == Ahead.CLAMP && isAhead(time, recordTime) ? recordTime : time;
  }

  private boolean isAhead(Instant time, Instant recordTime) {
    return Duration.between(recordTime, time).compareTo(maxAhead) > 0;
  }
}
