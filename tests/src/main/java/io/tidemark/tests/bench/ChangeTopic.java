package io.tidemark.tests.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.tests.app.Message;
import io.tidemark.tests.app.Produce;
import io.tidemark.tests.app.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * A topic with changes of orders as Debezium writes them, without their schema: inserts, updates
 * and deletes of a quarter as many keys, some sent twice, neighbours out of order, and positions
 * that several changes share.
 *
 * @param prefix stands before the name of the topic
 * @param topic its whole name
 * @param messages how many there are
 */
record ChangeTopic(String prefix, String topic, long messages) {
  private static final int PARTITIONS = 4;
  private static final int CHANGES_PER_KEY = 4;
  private static final int REACH = 1_000;
  private static final long START = Instant.parse("2026-01-15T00:00:00Z").toEpochMilli();

  /** Creates the topic and fills it. */
  static ChangeTopic produce(
      String servers, String prefix, String declared, long seed, long messages) {
    String topic = prefix + "." + declared;
    try (Topics topics = new Topics(servers)) {
      topics.create(topic, PARTITIONS);
    }
    try {
      Iterator<Message> changes = new Changes(topic, seed, messages);
      return new ChangeTopic(prefix, topic, Produce.all(servers, changes));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot produce to " + servers, e);
    }
  }

  /** The messages, in the order they are sent. */
  private static final class Changes implements Iterator<Message> {
    private final String topic;
    private final Random random;
    private final long count;
    private final int keys;
    private final List<Message> window = new ArrayList<>();
    private long made;
    private long given;

    Changes(String topic, long seed, long count) {
      this.topic = topic;
      this.random = new Random(seed);
      this.count = count;
      this.keys = (int) Math.max(1, count / CHANGES_PER_KEY);
    }

    @Override
    public boolean hasNext() {
      return given < count;
    }

    @Override
    public Message next() {
      while (made < count && window.size() < REACH) {
        window.add(change());
        made++;
      }
      given++;
      int at = random.nextInt(window.size());
      Message chosen = window.get(at);
      // One in twenty stays, to be sent again; at the end there is no room for more.
      if (made < count && random.nextInt(20) == 0) {
        made++;
        return chosen;
      }
      window.set(at, window.get(window.size() - 1));
      window.remove(window.size() - 1);
      return chosen;
    }

    private Message change() {
      int key = random.nextInt(keys);
      int kind = random.nextInt(20);
      String op = kind == 0 ? "d" : kind < 6 ? "c" : "u";
      long time = START + made;
      String row =
          """
          {"order_id":%d,"user_id":"u%d","status":"%s","amount":%d.%02d,"paid":%b,\
          "delivery_on":%d,"ordered_at":%d,"note":"%s"}"""
              .formatted(
                  key,
                  random.nextInt(10_000),
                  List.of("new", "paid", "sent", "done").get(random.nextInt(4)),
                  random.nextInt(1_000),
                  random.nextInt(100),
                  random.nextBoolean(),
                  20_454 + random.nextInt(300),
                  time * 1_000,
                  "please leave it at door " + random.nextInt(1_000));
      String value =
          """
          {"before":%s,"after":%s,"source":{"version":"2.7.0.Final","connector":"postgresql",\
          "name":"shop","ts_ms":%d,"snapshot":"false","db":"shop","schema":"public",\
          "table":"orders","txId":%d,"lsn":%d,"xmin":null},"op":"%s","ts_ms":%d,\
          "transaction":null}"""
              .formatted(
                  op.equals("d") ? "{\"order_id\":" + key + "}" : "null",
                  op.equals("d") ? "null" : row,
                  time,
                  made,
                  // Two changes share a position; of one key the later received counts.
                  1_000_000 + made / 2,
                  op,
                  time + 5);
      return new Message(
          topic, Integer.toString(key).getBytes(UTF_8), value.getBytes(UTF_8), time + 10);
    }
  }
}
