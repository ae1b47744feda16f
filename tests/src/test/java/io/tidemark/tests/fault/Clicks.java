package io.tidemark.tests.fault;

import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Messages over two business days, or day after day, without end: duplicates that disagree, NULLs,
 * out of order, and malformed ones between them.
 */
final class Clicks {
  private static final double DUPLICATE_SHARE = 0.2;

  private final Random random;
  private final double malformedShare;
  private final List<Long> times = new ArrayList<>();
  private Instant start = startOf(FaultProject.FIRST_DAY);
  private int hours = 48;

  /** The first event that may come again. */
  private int first;

  private final Set<Integer> kept = new HashSet<>();
  private long sent;
  private long malformed;

  Clicks(long seed) {
    this(seed, 0.15);
  }

  Clicks(long seed, double malformedShare) {
    this.random = new Random(seed);
    this.malformedShare = malformedShare;
  }

  /** From now on all events are of one day, also those that come again. */
  void goOnTo(LocalDate day) {
    start = startOf(day);
    hours = 24;
    first = times.size();
  }

  /** Sends some more. */
  void send(FaultProject project, String topic, int count) {
    List<Timed> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(next());
    }
    TestMessages.send(SharedBroker.get(), project.topic(topic), messages);
    sent += count;
  }

  /** Messages sent. */
  long sent() {
    return sent;
  }

  /** Those that are no rows. */
  long malformed() {
    return malformed;
  }

  /** Rows that a table without duplicates has. */
  long distinct() {
    return kept.size();
  }

  private Timed next() {
    int id = times.size();
    if (id > first && random.nextDouble() < DUPLICATE_SHARE) {
      id = first + random.nextInt(id - first);
    } else {
      times.add(randomTime());
    }
    long time = times.get(id);
    if (random.nextDouble() < malformedShare) {
      malformed++;
      return new Timed(random.nextBoolean() ? "{\"event_id\": " : "{\"seconds\": 1}", time);
    }
    kept.add(id);
    String user = random.nextInt(10) == 0 ? "null" : "\"u" + random.nextInt(40) + "\"";
    return new Timed(
        """
        {"event_id": "e%d", "user_id": %s, "channel": "c%d", "seconds": %d, "event_time": %d}"""
            .formatted(id, user, random.nextInt(3), random.nextInt(300), time),
        time + random.nextInt(60_000));
  }

  /** A few minutes of each hour only, so that values meet in the same minute. */
  private long randomTime() {
    return start.plusSeconds(3600L * random.nextInt(hours) + random.nextInt(300)).toEpochMilli();
  }

  private static Instant startOf(LocalDate day) {
    return day.atStartOfDay(FaultProject.ZONE).toInstant();
  }
}
