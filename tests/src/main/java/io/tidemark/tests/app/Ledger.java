package io.tidemark.tests.app;

import io.tidemark.jobs.decode.Reason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** What a generator has put into the topics so far; complete once it has no more messages. */
public final class Ledger {
  /** What one message is to the events. */
  enum Kind {
    FIRST,
    IDENTICAL,
    DISAGREEING,
    MALFORMED
  }

  private final Map<Reason, Long> malformed = new EnumMap<>(Reason.class);
  private final long[] kinds = new long[Kind.values().length];
  private long readingMessages;
  private long orderMessages;
  private long late;
  private long otherDays;

  void count(Kind kind, boolean order, Reason reason, boolean isLate, boolean isOtherDay) {
    kinds[kind.ordinal()]++;
    if (order) {
      orderMessages++;
    } else {
      readingMessages++;
    }
    if (reason != null) {
      malformed.merge(reason, 1L, Long::sum);
    }
    late += isLate ? 1 : 0;
    otherDays += isOtherDay ? 1 : 0;
  }

  /** All messages of both topics. */
  public long messages() {
    return readingMessages + orderMessages;
  }

  /** All messages of the topic of reading events. */
  public long readingMessages() {
    return readingMessages;
  }

  /** All messages of the topic of orders. */
  public long orderMessages() {
    return orderMessages;
  }

  /** Distinct events of both topics. */
  public long events() {
    return kinds[Kind.FIRST.ordinal()];
  }

  /** Messages that repeat an earlier one byte by byte. */
  public long identicalDuplicates() {
    return kinds[Kind.IDENTICAL.ordinal()];
  }

  /** Messages with the key of an earlier one and another metric. */
  public long disagreeingDuplicates() {
    return kinds[Kind.DISAGREEING.ordinal()];
  }

  /** Messages, readable ones, that arrived more than two hours after their event time. */
  public long late() {
    return late;
  }

  /** Messages, readable ones, whose event time is not in the business day. */
  public long otherDays() {
    return otherDays;
  }

  /** Messages that no job can read, by reason. */
  public Map<Reason, Long> malformed() {
    return Collections.unmodifiableMap(malformed);
  }

  @Override
  public String toString() {
    return "%d messages (%d reading, %d orders): %d events, %d identical and %d disagreeing"
            .formatted(
                messages(),
                readingMessages,
                orderMessages,
                events(),
                identicalDuplicates(),
                disagreeingDuplicates())
        + " duplicates, %d late, %d of other days, malformed %s"
            .formatted(late, otherDays, malformed);
  }
}
