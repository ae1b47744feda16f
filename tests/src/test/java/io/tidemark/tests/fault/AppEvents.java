package io.tidemark.tests.fault;

import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Events of an app, all kinds on one topic, and in which table each one has to end. */
final class AppEvents {
  private static final double DUPLICATE_SHARE = 0.2;

  private final Random random;
  private final List<String> clicks = new ArrayList<>();
  private final Map<String, List<String>> expected = new TreeMap<>();
  private int sent;

  AppEvents(long seed) {
    this.random = new Random(seed);
  }

  List<Timed> next(int count) {
    List<Timed> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(next());
    }
    return messages;
  }

  /** Messages made. */
  int sent() {
    return sent;
  }

  /**
   * What each table has to hold, in order: the id and the value of rows, the whole message of dead
   * letters.
   */
  List<String> expected(String table) {
    return expected.getOrDefault(table, List.of()).stream().sorted().toList();
  }

  private Timed next() {
    String id = "e" + sent++;
    int number = random.nextInt(1_000);
    long time =
        FaultProject.FIRST_DAY.atStartOfDay(FaultProject.ZONE).toInstant().toEpochMilli()
            + random.nextInt(2 * 24 * 3_600) * 1_000L;
    String text;
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        if (!clicks.isEmpty() && random.nextDouble() < DUPLICATE_SHARE) {
          String first = clicks.get(random.nextInt(clicks.size()));
          id = first.split("@")[0];
          time = Long.parseLong(first.split("@")[1]);
        } else {
          clicks.add(id + "@" + time);
        }
        text = message(id, "\"click\"", time, "\"page\": \"p" + number % 5 + "\"");
        add("ods.click", id + "|p" + number % 5);
      }
      case 4, 5 -> {
        text = message(id, "\"expose\"", time, "\"slot\": " + number);
        add("ods.expose", id + "|" + number);
      }
      case 6, 7 -> {
        String type = random.nextBoolean() ? "\"pay\"" : "\"refund\"";
        boolean wrong = random.nextInt(4) == 0;
        text = message(id, type, time, "\"cents\": " + (wrong ? "\"much\"" : number));
        add(wrong ? "ods.pay_dead_letter" : "ods.pay", wrong ? text : id + "|" + number);
      }
      case 8 -> {
        boolean none = random.nextBoolean();
        text = message(id, none ? "null" : "\"share\"", time, "\"page\": \"p\"");
        add("ods.app_dead_letter", text);
      }
      default -> {
        // Cut off behind its type, or before.
        boolean typed = random.nextBoolean();
        text = "{\"event_id\": \"" + id + "\", \"type\": \"" + (typed ? "click\"" : "cli");
        add(typed ? "ods.click_dead_letter" : "ods.app_dead_letter", text);
      }
    }
    return new Timed(
        text, Instant.ofEpochMilli(time).plusMillis(random.nextInt(60_000)).toEpochMilli());
  }

  private static String message(String id, String type, long time, String more) {
    return "{\"event_id\": \"%s\", \"type\": %s, \"event_time\": %d, %s}"
        .formatted(id, type, time, more);
  }

  private void add(String table, String what) {
    expected.computeIfAbsent(table, any -> new ArrayList<>()).add(what);
  }
}
