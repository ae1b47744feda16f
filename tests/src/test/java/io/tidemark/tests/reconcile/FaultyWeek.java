package io.tidemark.tests.reconcile;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A week of messages in three deliveries, with the faults that messages can have, and what each of
 * them does to the rows and keys it bears on. Most of the days are clean.
 */
final class FaultyWeek {
  static final LocalDate FIRST = LocalDate.parse("2026-01-05");
  static final int DAYS = 7;

  /** The day behind the week, which is written while the week is compared. */
  static final LocalDate BEHIND = FIRST.plusDays(DAYS);

  static final int CONTENTS = 60;
  static final String ROWS = "dwd_e";
  static final String KEYS = "dws_e_1h";

  /** Contents whose category changes between the second delivery and the third. */
  static final int CHANGED = 6;

  private static final int CATEGORIES = 50;
  private static final int OF_EACH_KIND = 125;
  private static final int PLAIN_OF_A_FAULTY_DAY = 3600;
  private static final int PLAIN_OF_A_CLEAN_DAY = 150;
  private static final int PLAIN_AT_ONCE = 40;

  private final Random random = new Random(42);
  private final FaultLake lake;
  private final Ledger truth;
  private final List<List<Message>> deliveries = new ArrayList<>();
  private long offset;
  private int ids;

  /** One message; {@code kind} is a column that the definitions look at. */
  record Message(
      String id, String content, String kind, LocalDate day, int hour, Duration delay, Long n) {}

  FaultyWeek(FaultLake lake, Ledger truth) {
    this.lake = lake;
    this.truth = truth;
    for (int i = 0; i < 3; i++) {
      deliveries.add(new ArrayList<>());
    }
    for (int day = 0; day < DAYS; day++) {
      plain(FIRST.plusDays(day));
      if (isFaulty(day)) {
        faults(FIRST.plusDays(day));
      }
    }
  }

  /** Every third day has faults; the others have none, and are compared as well. */
  static boolean isFaulty(int day) {
    return day % 3 == 0 && day < DAYS - 1;
  }

  /** The days with faults, as SQL. */
  static String faultyDays() {
    List<String> days = new ArrayList<>();
    for (int day = 0; day < DAYS; day++) {
      if (isFaulty(day)) {
        days.add("DATE'" + FIRST.plusDays(day) + "'");
      }
    }
    return String.join(", ", days);
  }

  static String category(int content, boolean later) {
    // Categories are names like people give them.
    int category = later && content < CHANGED ? content + 7 : content;
    return "类别 '" + category % CATEGORIES + "\" 😀";
  }

  static String content(int number) {
    return "c\\" + number;
  }

  private void plain(LocalDate day) {
    int rows =
        isFaulty((int) ChronoUnit.DAYS.between(FIRST, day))
            ? PLAIN_OF_A_FAULTY_DAY
            : PLAIN_OF_A_CLEAN_DAY;
    for (int i = 0; i < rows; i++) {
      deliveries.get(i % 3).add(plain(day, i));
    }
  }

  private Message plain(LocalDate day, int i) {
    int content = CHANGED + random.nextInt(CONTENTS - CHANGED);
    boolean nameless = i % 50 == 0;
    return new Message(
        nameless ? null : id(),
        i % 40 == 0 ? null : content(content),
        null,
        day,
        random.nextInt(24),
        Duration.ofSeconds(random.nextInt(7000)),
        i % 20 == 0 ? null : number());
  }

  /**
   * What comes while the week is compared: rows of the day behind it, and more rows of the week,
   * which come behind the cut.
   */
  List<Row> meanwhile() {
    List<Message> today = new ArrayList<>();
    List<Message> behind = new ArrayList<>();
    for (int i = 1; i <= PLAIN_AT_ONCE; i++) {
      today.add(plain(BEHIND, i));
      behind.add(plain(FIRST.plusDays(i % DAYS), i));
    }
    List<Row> rows = rows(today, false);
    rows.addAll(rows(behind.subList(0, DAYS), true));
    return rows;
  }

  private void faults(LocalDate day) {
    for (int i = 0; i < OF_EACH_KIND; i++) {
      int steady = CHANGED + random.nextInt(CONTENTS - CHANGED);
      int hour = random.nextInt(24);
      Message late = message(day, hour, steady, null, Duration.ofHours(3));
      deliveries.get(i % 3).add(late);
      key(day, hour, category(steady, true), "late");

      hour = random.nextInt(24);
      Message looked = message(day, hour, i % CHANGED, null, Duration.ZERO);
      deliveries.get(i % 2).add(looked);
      row(looked, "dimension");
      key(day, hour, category(i % CHANGED, true), "dimension");
      key(day, hour, category(i % CHANGED, false), "dimension");

      hour = random.nextInt(24);
      String kind = i % 2 == 0 ? "thrice" : "drop";
      Message defined = message(day, hour, steady, kind, Duration.ZERO);
      deliveries.get(0).add(defined);
      row(defined, "definition");
      key(day, hour, category(steady, true), "definition");

      hour = random.nextInt(24);
      Message repeated = message(day, hour, steady, "repeated", Duration.ZERO);
      deliveries.get(0).add(repeated);
      deliveries.get(2).add(repeated);
      // The row is deleted between its two deliveries, so that the second one is taken for new.
      row(repeated, "lost");
      row(repeated, "duplicate");
      key(day, hour, category(steady, true), "duplicate");
    }
  }

  /** Messages behind the seal, every other one a dead letter before. */
  List<Message> behindTheSeal() {
    List<Message> messages = new ArrayList<>();
    for (int day = 0; day < DAYS; day++) {
      for (int i = 0; isFaulty(day) && i < 2 * OF_EACH_KIND; i++) {
        int content = CHANGED + random.nextInt(CONTENTS - CHANGED);
        int hour = random.nextInt(24);
        boolean dead = i % 2 == 0;
        Message message =
            message(FIRST.plusDays(day), hour, content, dead ? "dead" : null, Duration.ZERO);
        messages.add(message);
        String cause = dead ? "dead-letter" : "in-flight";
        row(message, cause);
        key(message.day(), hour, category(content, true), cause);
      }
    }
    return messages;
  }

  List<Message> delivery(int number) {
    return deliveries.get(number);
  }

  /** The messages as rows of ODS. */
  List<Row> rows(List<Message> messages, boolean sealed) {
    List<Row> rows = new ArrayList<>();
    for (Message message : messages) {
      Instant at =
          message
              .day()
              .atTime(message.hour(), random.nextInt(60))
              .atZone(FaultLake.ZONE)
              .toInstant();
      rows.add(
          RowFactory.create(
              message.id(),
              user(message),
              message.content(),
              message.kind(),
              message.n(),
              price(),
              BigDecimal.valueOf(random.nextInt(2_000_000) - 1_000_000, 4),
              amount(),
              at,
              message.day(),
              "e",
              0,
              offset++,
              at.plus(message.delay()),
              lake.nextBatch(),
              sealed));
    }
    return rows;
  }

  /** Offsets of messages in the order that {@link #rows} gave them. */
  long nextOffset() {
    return offset;
  }

  /**
   * A row that is deleted takes the memory of its user with it, and its second delivery would be a
   * second first sight; a user of its own keeps the two apart.
   */
  private String user(Message message) {
    return "repeated".equals(message.kind()) ? "only " + offset : "u" + random.nextInt(30);
  }

  private double price() {
    return switch (random.nextInt(60)) {
      case 0 -> Double.NaN;
      case 1, 2, 3, 4, 5, 6, 7, 8 -> -0.0;
      case 9, 10, 11, 12, 13, 14, 15 -> 0.0;
      case 16 -> 1e15;
      default -> random.nextInt(100) * 0.25;
    };
  }

  private BigDecimal amount() {
    return switch (random.nextInt(10)) {
      case 0 -> null;
      case 1 -> new BigDecimal("999999999999999999.99");
      case 2 -> new BigDecimal("-999999999999999999.99");
      default -> BigDecimal.valueOf(random.nextInt(), 2);
    };
  }

  private Message message(LocalDate day, int hour, int content, String kind, Duration delay) {
    return new Message(id(), content(content), kind, day, hour, delay, number());
  }

  private String id() {
    return "键'" + ids++;
  }

  /** Odd, so that no other fault of a key undoes what the definition does. */
  private Long number() {
    return 1 + (random.nextLong() >> 20) * 2;
  }

  private void row(Message message, String cause) {
    truth.add(ROWS, rowKey(message.day(), message.id()), cause);
  }

  static String rowKey(LocalDate day, String id) {
    return day + " " + new TreeMap<>(java.util.Map.of("id", id));
  }

  private void key(LocalDate day, int hour, String category, String cause) {
    truth.add(KEYS, key(day, day.atTime(hour, 0), category), cause);
  }

  /** The key of a row of the transform, from a row that begins with the day and the id. */
  static String rowKey(Row row) {
    return rowKey(day(row), row.getString(1));
  }

  /** The key of an hour, from a row that begins with the day, the window and the category. */
  static String key(Row row, String suffix) {
    Object start = row.get(1);
    Instant window = start instanceof Instant time ? time : ((Timestamp) start).toInstant();
    return key(
        day(row),
        window.atZone(FaultLake.ZONE).toLocalDateTime(),
        row.isNullAt(2) ? null : row.getString(2) + suffix);
  }

  /** The day that a row begins with. */
  static LocalDate day(Row row) {
    return row.get(0) instanceof LocalDate day ? day : row.getDate(0).toLocalDate();
  }

  static String key(LocalDate day, LocalDateTime window, String category) {
    TreeMap<String, String> key = new TreeMap<>();
    key.put("dt", day.toString());
    key.put(
        "window_start",
        window.format(java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")));
    key.put("cat", category);
    return day + " " + key;
  }
}
