package io.tidemark.tests.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;

/**
 * Changes of a shop's orders as Debezium writes them, without their schema: inserts, updates and
 * deletes of a quarter as many keys, some sent twice, neighbours out of order, and positions that
 * several changes share. The same arguments give the same bytes.
 */
public final class OrderChanges implements Iterator<Message> {
  private static final int CHANGES_PER_KEY = 4;
  private static final int REACH = 1_000;
  private static final long START = Instant.parse("2026-01-15T00:00:00Z").toEpochMilli();

  /**
   * What counts of an order.
   *
   * @param position of the change that counts, in the database's log
   * @param status {@code null} once it is deleted
   */
  public record Order(long position, String status) {
    /** Whether the database has it no longer. */
    public boolean isDeleted() {
      return status == null;
    }
  }

  /** A change and its message. */
  private record Change(long orderId, Order order, Message message) {}

  private final String topic;
  private final Random random;
  private final long count;
  private final int keys;
  private final List<Change> window = new ArrayList<>();
  private final Map<Long, Order> orders = new TreeMap<>();
  private long made;
  private long given;

  /**
   * Changes that begin anew with every generator.
   *
   * @param count how many messages there are
   */
  public OrderChanges(String topic, long seed, long count) {
    this.topic = topic;
    this.random = new Random(seed);
    this.count = count;
    this.keys = (int) Math.max(1, count / CHANGES_PER_KEY);
  }

  /** The orders that the changes returned so far come to, by their number. */
  public Map<Long, Order> orders() {
    return Collections.unmodifiableMap(orders);
  }

  /** Messages returned so far. */
  public long messages() {
    return given;
  }

  @Override
  public boolean hasNext() {
    return given < count;
  }

  @Override
  public Message next() {
    if (!hasNext()) {
      throw new NoSuchElementException("there are no more changes");
    }
    Change change = choose();
    given++;
    // Of changes at one position the one received later counts.
    orders.merge(
        change.orderId(),
        change.order(),
        (known, next) -> next.position() >= known.position() ? next : known);
    return change.message();
  }

  private Change choose() {
    while (made < count && window.size() < REACH) {
      window.add(change());
      made++;
    }
    int at = random.nextInt(window.size());
    Change chosen = window.get(at);
    // One in twenty stays, to be sent again; at the end there is no room for more.
    if (made < count && random.nextInt(20) == 0) {
      made++;
      return chosen;
    }
    window.set(at, window.get(window.size() - 1));
    window.remove(window.size() - 1);
    return chosen;
  }

  private Change change() {
    int key = random.nextInt(keys);
    int kind = random.nextInt(20);
    String op = kind == 0 ? "d" : kind < 6 ? "c" : "u";
    long time = START + made;
    // Two changes share a position.
    long position = 1_000_000 + made / 2;
    String status = List.of("new", "paid", "sent", "done").get(random.nextInt(4));
    String row =
        """
        {"order_id":%d,"user_id":"u%d","status":"%s","amount":%d.%02d,"paid":%b,\
        "delivery_on":%d,"ordered_at":%d,"note":"%s"}"""
            .formatted(
                key,
                random.nextInt(10_000),
                status,
                random.nextInt(1_000),
                random.nextInt(100),
                random.nextBoolean(),
                20_454 + random.nextInt(300),
                time * 1_000,
                "please leave it at door " + random.nextInt(1_000));
    boolean delete = op.equals("d");
    String value =
        """
        {"before":%s,"after":%s,"source":{"version":"2.7.0.Final","connector":"postgresql",\
        "name":"shop","ts_ms":%d,"snapshot":"false","db":"shop","schema":"public",\
        "table":"orders","txId":%d,"lsn":%d,"xmin":null},"op":"%s","ts_ms":%d,\
        "transaction":null}"""
            .formatted(
                delete ? "{\"order_id\":" + key + "}" : "null",
                delete ? "null" : row,
                time,
                made,
                position,
                op,
                time + 5);
    return new Change(
        key,
        new Order(position, delete ? null : status),
        new Message(
            topic, Integer.toString(key).getBytes(UTF_8), value.getBytes(UTF_8), time + 10));
  }
}
