package io.tidemark.tests.fault;

import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Events of three business days without end, some delivered twice and some malformed, and in plain
 * Java what a table of them must show.
 */
final class LateEvents {
  /** The day behind the two that other events belong to. */
  static final LocalDate OPEN_DAY = FaultProject.LAST_DAY.plusDays(1);

  /**
   * An event.
   *
   * @param user {@code null} for nobody
   */
  record Event(String id, String user, String channel, long seconds, Instant time) {
    LocalDate day() {
      return time.atZone(FaultProject.ZONE).toLocalDate();
    }

    private String json() {
      return """
          {"event_id": "%s", "user_id": %s, "channel": "%s", "seconds": %d, "event_time": %d}"""
          .formatted(
              id, user == null ? "null" : '"' + user + '"', channel, seconds, time.toEpochMilli());
    }
  }

  /** What a day adds up to in one channel. */
  record Total(long pv, long seconds, long users) {}

  private final Random random;
  private final List<Event> events = new ArrayList<>();
  private long sent;

  LateEvents(long seed) {
    this.random = new Random(seed);
  }

  /** Sends some more. */
  void send(FaultProject project, String topic, int count) {
    send(project, topic, count, this::next);
  }

  /** Sends some that no job leaves out: of the day that is not sealed, each for the first time. */
  void sendOfOpenDay(FaultProject project, String topic, int count) {
    Instant start = OPEN_DAY.atStartOfDay(FaultProject.ZONE).toInstant();
    send(project, topic, count, () -> message(first(start, 24)));
  }

  private void send(FaultProject project, String topic, int count, Supplier<Timed> next) {
    List<Timed> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(next.get());
    }
    TestMessages.send(SharedBroker.get(), project.topic(topic), messages);
    sent += count;
  }

  /** Messages sent. */
  long sent() {
    return sent;
  }

  /** The events of a day, each once. */
  List<Event> of(LocalDate day) {
    return events.stream().filter(event -> event.day().equals(day)).toList();
  }

  /** Totals of a day by channel. */
  Map<String, Total> totals(LocalDate day) {
    Map<String, Set<String>> users = new TreeMap<>();
    Map<String, Total> totals = new TreeMap<>();
    for (Event event : of(day)) {
      Set<String> seen = users.computeIfAbsent(event.channel(), channel -> new HashSet<>());
      if (event.user() != null) {
        seen.add(event.user());
      }
      Total before = totals.getOrDefault(event.channel(), new Total(0, 0, 0));
      totals.put(
          event.channel(),
          new Total(before.pv() + 1, before.seconds() + event.seconds(), seen.size()));
    }
    return totals;
  }

  private Timed next() {
    double kind = random.nextDouble();
    if (kind < 0.1) {
      return new Timed("{\"event_id\": ", FaultProject.FIRST_DAY.toEpochDay());
    }
    if (kind < 0.3 && !events.isEmpty()) {
      return message(events.get(random.nextInt(events.size())));
    }
    Instant start = FaultProject.FIRST_DAY.atStartOfDay(FaultProject.ZONE).toInstant();
    return message(first(start, 72));
  }

  /** An event that was not sent yet, some hours behind a moment. */
  private Event first(Instant start, int hours) {
    Event event =
        new Event(
            "e" + events.size(),
            random.nextInt(10) == 0 ? null : "u" + random.nextInt(40),
            "c" + random.nextInt(3),
            random.nextInt(300),
            start.plusSeconds(3600L * random.nextInt(hours) + random.nextInt(300)));
    events.add(event);
    return event;
  }

  private static Timed message(Event event) {
    return new Timed(event.json(), event.time().toEpochMilli());
  }
}
