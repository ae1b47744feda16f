package io.tidemark.tests.fault;

import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A table of orders that changes, and the messages Debezium would make of it: first a snapshot,
 * then the log, in which notes that did not change are left out. Transactions take a while, so that
 * one that was open during the snapshot has its changes before it, and they commit in another order
 * than they wrote. What is sent comes out of order, some of it twice, with messages between that
 * are no changes.
 */
final class ShopDatabase {
  private static final long SNAPSHOT_LSN = 1_000;
  private static final int LONGEST_TRANSACTION = 500;
  private static final double REPLAY_SHARE = 0.1;
  private static final String UNAVAILABLE = "__debezium_unavailable_value";

  /** A change as the database committed it, with all that the row held then. */
  record Logged(boolean deleted, Item item) {}

  /** A row. */
  record Item(long id, String status, String amount, String note) {}

  private final String table;
  private final int keys;
  private final Random random;
  private final Map<Long, Item> rows = new TreeMap<>();
  private final Map<Long, Long> written = new HashMap<>();
  private final List<Logged> log = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final Instant start = FaultProject.FIRST_DAY.atStartOfDay(FaultProject.ZONE).toInstant();

  /** The log's end; {@code committed} is the last commit, 0 before the first. */
  private long lsn = SNAPSHOT_LSN;

  private long committed;
  private long ignored;
  private long dead;

  /**
   * A table that holds a fifth of its keys when the snapshot is made.
   *
   * @param keys how many keys rows are made with; a row that is moved gets another, once
   */
  ShopDatabase(String table, int keys, long seed) {
    this.table = table;
    this.keys = keys;
    this.random = new Random(seed);
    for (long id = 0; id < keys / 5; id++) {
      put("r", new Item(id, "new", "1.00", "note " + id), null);
    }
  }

  /** The log so far. */
  List<Logged> log() {
    return log;
  }

  /** What the table holds now. */
  Map<Long, Item> rows() {
    return rows;
  }

  /** Messages sent that are no row of the table. */
  long ignored() {
    return ignored;
  }

  /** Messages sent that cannot be read. */
  long dead() {
    return dead;
  }

  /** So many changes more, as messages in the order they reach the broker. */
  List<Timed> next(int changes) {
    for (int i = 0; i < changes; i++) {
      change();
    }
    List<String> sent = new ArrayList<>(messages);
    for (String message : messages) {
      if (random.nextDouble() < REPLAY_SHARE) {
        sent.add(message);
      }
    }
    messages.clear();
    Collections.shuffle(sent, random);
    List<Timed> timed = new ArrayList<>();
    for (String message : sent) {
      timed.add(new Timed(message, time() + 100));
      if (random.nextInt(50) == 0) {
        timed.add(new Timed(aside(), time() + 100));
      }
    }
    return timed;
  }

  private String aside() {
    int kind = random.nextInt(5);
    if (kind == 0) {
      dead++;
      return "{\"op\": \"u\", \"after\": {\"id\": 1";
    }
    ignored++;
    return switch (kind) {
      case 1 -> null;
      case 2 -> "{\"ts_ms\": " + time() + "}";
      case 3 -> "{\"ddl\": \"ALTER TABLE x ADD y INT\", \"tableChanges\": []}";
      default -> message("c", null, new Item(1, "other", "1.00", null), "note").replace(table, "x");
    };
  }

  private void change() {
    if (lsn > SNAPSHOT_LSN) {
      committed = lsn;
    }
    lsn += 1 + random.nextInt(3);
    long id = random.nextInt(keys);
    Item before = rows.get(id);
    if (before == null) {
      put("c", new Item(id, "new", amount(), "note " + random.nextInt(100)), null);
    } else if (random.nextInt(8) == 0) {
      delete(before);
    } else if (random.nextInt(20) == 0 && !rows.containsKey(id + keys)) {
      delete(before);
      put("c", new Item(id + keys, before.status, before.amount, before.note), null);
    } else {
      boolean keepsNote = random.nextBoolean();
      put(
          "u",
          new Item(
              id,
              "status " + random.nextInt(10),
              random.nextInt(10) == 0 ? null : amount(),
              keepsNote ? before.note : random.nextInt(5) == 0 ? null : "note " + lsn),
          keepsNote ? UNAVAILABLE : null);
    }
  }

  private void put(String op, Item item, String note) {
    rows.put(item.id, item);
    log.add(new Logged(false, item));
    messages.add(message(op, null, item, note == null ? item.note : note));
  }

  private void delete(Item item) {
    rows.remove(item.id);
    log.add(new Logged(true, item));
    messages.add(message("d", item, null, null));
  }

  private String message(String op, Item before, Item after, String note) {
    long place = place(op, before == null ? after.id : before.id);
    return """
        {"before": %s, "after": %s, "op": "%s", "ts_ms": %d,
         "source": {"schema": "public", "table": "%s", "lsn": %d, "ts_ms": %d,
          "sequence": "[%s,\\"%d\\"]"}}"""
        .formatted(
            before == null ? "null" : "{\"id\": " + before.id + "}",
            after == null ? "null" : row(after, note),
            op,
            time(),
            table,
            place,
            time(),
            committed == 0 ? "null" : "\\\"" + committed + "\\\"",
            place);
  }

  /**
   * Where the log has a change: some way before its commit, yet behind the last change of its row,
   * which is locked until it commits. Changes of different rows may share a place.
   */
  private long place(String op, long id) {
    long earliest = Math.max(written.getOrDefault(id, 0L) + 1, lsn - LONGEST_TRANSACTION);
    long place =
        op.equals("r") ? lsn : earliest + random.nextInt((int) Math.max(1, lsn - earliest));
    if (!op.equals("r")) {
      written.put(id, place);
    }
    return place;
  }

  private static String row(Item item, String note) {
    return "{\"id\": %d, \"status\": \"%s\", \"amount\": %s, \"note\": %s}"
        .formatted(item.id, item.status, quoted(item.amount), quoted(note));
  }

  private static String quoted(String text) {
    return text == null ? "null" : "\"" + text + "\"";
  }

  private String amount() {
    return random.nextInt(1_000) + "." + (10 + random.nextInt(90));
  }

  private long time() {
    return start.plusSeconds(lsn).toEpochMilli();
  }
}
