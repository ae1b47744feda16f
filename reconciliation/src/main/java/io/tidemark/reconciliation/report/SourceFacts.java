package io.tidemark.reconciliation.report;

import java.time.Duration;
import java.util.List;

/**
 * What one ingest job received of the day.
 *
 * @param job the ingest job
 * @param table its ODS table
 * @param rows rows of the day
 * @param pending of them those that came behind the day's cut
 * @param lateness how long after the event the broker had it
 * @param disorder how far event times run back within a partition
 * @param deadLetters messages received on the day that could not be read, by reason
 */
public record SourceFacts(
    String job,
    String table,
    long rows,
    long pending,
    Histogram lateness,
    Histogram disorder,
    List<DeadLetters> deadLetters) {
  public SourceFacts {
    deadLetters = List.copyOf(deadLetters);
  }

  /** Whether anything of the day came, be it unreadable. */
  public boolean heard() {
    return rows > 0 || unread() > 0;
  }

  /** How many messages could not be read. */
  public long unread() {
    return deadLetters.stream().mapToLong(DeadLetters::count).sum();
  }

  /**
   * Messages that could not be read for one reason.
   *
   * @param reason the reason; {@code null} is possible
   * @param count how many
   * @param example what was wrong with one of them; may be {@code null}
   */
  public record DeadLetters(String reason, long count, String example) {}

  /**
   * Rows by a span of time.
   *
   * @param counts a count for each of {@link #LIMITS}, and one for what is longer
   * @param none rows whose span is zero or less
   * @param longest the longest span; zero when there is none
   */
  public record Histogram(long none, List<Long> counts, Duration longest) {
    /** The upper ends of the classes. */
    public static final List<Duration> LIMITS =
        List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofDays(1));

    public Histogram {
      counts = List.copyOf(counts);
      if (counts.size() != LIMITS.size() + 1) {
        throw new IllegalArgumentException(
            "a histogram has " + (LIMITS.size() + 1) + " classes, not " + counts.size());
      }
    }

    /** No row at all. */
    public static Histogram empty() {
      return new Histogram(0, List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L), Duration.ZERO);
    }

    /** The class of a span: -1 for none, else an index into {@link #counts}. */
    public static int classOf(Duration span) {
      if (span.isZero() || span.isNegative()) {
        return -1;
      }
      int index = 0;
      while (index < LIMITS.size() && span.compareTo(LIMITS.get(index)) > 0) {
        index++;
      }
      return index;
    }

    /** All rows. */
    public long total() {
      return none + counts.stream().mapToLong(Long::longValue).sum();
    }
  }
}
