package io.tidemark.tests.catalog;

import io.tidemark.tests.lakehouse.Interpreted;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * A project on disk whose environment names a catalog as a user would: one job of each kind, with
 * every type of column a message can have.
 */
final class CatalogProject {
  static final LocalDate FIRST_DAY = LocalDate.of(2026, 5, 30);
  static final LocalDate LAST_DAY = FIRST_DAY.plusDays(1);

  /** Not the zone of the JVM, so that days are not days of it by chance. */
  static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private static final String ENVIRONMENT = "local";
  private static final int PURCHASES = 120;

  /** How many shops there are after their last change; one of them was deleted. */
  static final int SHOPS = 12;

  /** Messages about shops: one inserted, and four that follow for each third. */
  static final int CHANGES = SHOPS + 4 * SHOPS / 3;

  private final Path home;
  private final String brokers;

  /**
   * Writes the configuration.
   *
   * @param home an empty folder with a name of its own: topics are told apart by it
   * @param catalog the lines below {@code catalog:}
   */
  CatalogProject(Path home, String brokers, String catalog) {
    this.home = home;
    this.brokers = brokers;
    write(
        "env/" + ENVIRONMENT + ".yml",
        """
        time-zone: %s
        checkpoints: "%s"
        kafka: { bootstrap-servers: "%s" }
        stream: { trigger: 100 milliseconds, max-messages-per-micro-batch: 60 }
        spark:
          spark.master: local[2]
          spark.ui.enabled: false
        %scatalog:
        %s
        """
            .formatted(
                ZONE.getId(),
                home.resolve("checkpoints"),
                brokers,
                Interpreted.yaml(),
                catalog.strip().indent(2)));
    write(
        "jobs/purchase_ods.yml",
        """
        job: ods_purchase
        topic: %s
        columns:
          purchase_id: { type: string, required: true }
          shop: string
          amount: decimal(12,2)
          items: int
          points: bigint
          weight: double
          gift: boolean
          due: date
          paid_at: { type: timestamp, format: iso-8601, required: true }
        event-time: { column: paid_at }
        output: ods.purchase
        """
            .formatted(topic("purchase")));
    write(
        "jobs/purchase_dwd.yml",
        """
        job: dwd_purchase
        input: ods.purchase
        sql: purchase.sql
        dedupe: { key: [purchase_id] }
        output: dwd.purchase
        """);
    write(
        "jobs/purchase.sql",
        """
        SELECT purchase_id, lower(shop) AS shop, amount, items, points, weight, gift, due, source.*
        FROM input
        """);
    write(
        "jobs/purchase_dws.yml",
        """
        job: dws_purchase_shop_1h
        input: dwd.purchase
        dimensions: [shop]
        window: 1 hour
        lateness: unlimited
        metrics:
          purchases: purchases
          amount: amount
          average_weight: { average: weight }
          average_items: { average: items }
          average_amount: { average: amount }
          last_due: { max: due }
          kinds: kinds
          heaviest: heaviest
          amount_per_kind: amount_per_kind
          weight_per_kind: weight_per_kind
          repeated: repeated
          odd_sum: odd_sum
        output: dws.purchase_shop_1h
        """);
    write(
        "metrics/purchase.yml",
        """
        metrics:
          purchases: { version: 1, owner: us, unit: purchases, count: "*" }
          amount: { version: 1, owner: us, unit: CNY, sum: amount }
          kinds: { version: 1, owner: us, unit: kinds, distinct: items }
          heaviest: { version: 1, owner: us, unit: kg, max: weight }
          amount_per_kind: { version: 1, owner: us, unit: CNY, ratio: [amount, kinds] }
          weight_per_kind: { version: 1, owner: us, unit: kg, ratio: [heaviest, kinds] }
          repeated: { version: 1, owner: us, unit: purchases, difference: [purchases, kinds] }
          odd_sum: { version: 1, owner: us, unit: none, total: [amount, repeated, kinds] }
        """);
    write(
        "jobs/shop_ods.yml",
        """
        job: ods_shop_change
        topic: %s
        payload: { format: debezium-json, key: [country, shop_id], decimals: string }
        columns:
          country: string
          shop_id: bigint
          name: string
          rent: decimal(12,2)
          rating: double
          open: boolean
          since: date
          inspected_at: { type: timestamp, format: epoch-micros }
          about: string
        output: ods.shop_change
        """
            .formatted(topic("shop")));
    write(
        "jobs/shop_dwd.yml",
        """
        job: dwd_shop
        input: ods.shop_change
        delete: soft
        buckets: 2
        output: dwd.shop
        """);
  }

  Path conf() {
    return home.resolve("conf");
  }

  LocalLakehouse open() {
    return LocalLakehouse.open(conf(), ENVIRONMENT);
  }

  /** Sends purchases of two days, each third of them twice, and two messages that are none. */
  void sendMessages() {
    List<Timed> messages = new ArrayList<>();
    Instant start = FIRST_DAY.atStartOfDay(ZONE).toInstant();
    for (int i = 0; i < PURCHASES; i++) {
      // With microseconds, and NULLs now and then; weights are doubles that add up exactly.
      Instant paid = start.plusSeconds(1_430L * i).plusNanos(123_456_000L);
      String message =
          """
          {"purchase_id":"p%d","shop":%s,"amount":%d.%02d,"items":%d,"points":%d,"weight":%s,"gift":%s,"due":%s,"paid_at":"%s"}"""
              .formatted(
                  i,
                  i % 7 == 0 ? "null" : "\"Shop " + i / 10 % 3 + "\"",
                  i * 1_000_003L,
                  i % 100,
                  i % 4,
                  Long.MAX_VALUE - i,
                  i % 5 == 0 ? "null" : i / 8.0,
                  i % 2 == 0,
                  i % 6 == 0 ? "null" : "\"" + FIRST_DAY.minusYears(i) + "\"",
                  paid);
      Timed timed = new Timed(message, paid.toEpochMilli() + 1_000);
      messages.add(timed);
      if (i % 3 == 0) {
        messages.add(timed);
      }
    }
    messages.add(new Timed("no JSON", start.toEpochMilli()));
    messages.add(new Timed("{\"shop\":\"without an id\"}", start.toEpochMilli()));
    TestMessages.send(brokers, topic("purchase"), messages);
    TestMessages.send(brokers, topic("shop"), changes());
  }

  /**
   * Shops, then for each third of them: an update that leaves a text as it was and sets others to
   * NULL, one older than that, the delete of the row, and its return; the last is not sent for the
   * first, which stays deleted, but the first change again.
   */
  private static List<Timed> changes() {
    List<Timed> messages = new ArrayList<>();
    for (int i = 0; i < SHOPS; i++) {
      messages.add(change("c", 100, i, i % 4 == 0 ? "null" : "\"text %d\"".formatted(i)));
    }
    String unchanged = "\"__debezium_unavailable_value\"";
    for (int i = 0; i < SHOPS; i += 3) {
      messages.add(change("u", 300, i, unchanged));
      messages.add(change("u", 200, i, "\"changed\""));
      if (i % 2 == 0) {
        messages.add(change("d", 400, i, "null"));
      } else {
        messages.add(change("u", 400, i, unchanged));
      }
      messages.add(i == 0 ? change("c", 100, i, "null") : change("u", 500, i, unchanged));
    }
    return messages;
  }

  private static Timed change(String op, int position, int i, String about) {
    long time = FIRST_DAY.atStartOfDay(ZONE).toInstant().toEpochMilli() + position * 100_000L;
    String row =
        op.equals("d")
            ? "{\"country\":\"c%d\",\"shop_id\":%d}".formatted(i % 2, i)
            : """
              {"country":"c%d","shop_id":%d,"name":"shop %d at %d","rent":%s,"rating":%s,"open":%b,\
              "since":%d,"inspected_at":%d,"about":%s}"""
                .formatted(
                    i % 2,
                    i,
                    i,
                    position,
                    position == 300 ? "null" : "\"" + i + ".25\"",
                    i / 8.0,
                    i % 2 == 0,
                    -i * 1_000,
                    time * 1_000 + i,
                    about);
    String message =
        """
        {"before":%s,"after":%s,"op":"%s","source":{"lsn":%d,"ts_ms":%d}}"""
            .formatted(
                op.equals("d") ? row : "null", op.equals("d") ? "null" : row, op, position, time);
    return new Timed(message, time + 1_000);
  }

  private String topic(String of) {
    return home.getFileName() + "." + of;
  }

  private void write(String file, String text) {
    try {
      Path path = conf().resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
