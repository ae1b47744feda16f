package io.tidemark.tests.tags;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.build.HistoryBuild;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import io.tidemark.tags.spec.TagTable;
import io.tidemark.tags.spec.TagTable.Tag;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * A history of users of several shapes at once, built bit by bit with days that come late and
 * again, and tags of every kind. The rows are kept as they are in the end.
 */
final class TaggedHistory {
  static final TableName READING = new TableName("dws", "reading_user_1d");
  static final TableName ORDER = new TableName("dws", "order_user_1d");
  static final TableName TAGS = new TableName("dim", "user_tag");
  static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
  static final LocalDate LAST = FIRST.plusDays(49);
  static final int DAYS = 40;

  private static final String READING_COLUMNS = "user_id STRING, pv BIGINT, balance DECIMAL(38,2)";
  private static final String ORDER_COLUMNS = "user_id STRING, paid DECIMAL(20,4), score DOUBLE";

  /** A user-day: what two daily tables say of it, if they do. */
  record UserDay(String user, LocalDate day, Row reading, Row order) {}

  /** A user's tags; the shape says how the days of such users lie, or what their values are. */
  record Tags(
      String user,
      String city,
      Integer level,
      Boolean vip,
      LocalDate since,
      List<String> interests,
      String shape) {}

  private static final String TAG_COLUMNS =
      "user_id STRING, city STRING, level INT, vip BOOLEAN, since DATE, interests ARRAY<STRING>, points BIGINT, shape STRING";

  /** Shapes of the users whose number has this rest; all but the last are of few values. */
  private static final List<String> SHAPES =
      List.of("sparse", "dense", "once", "gaps", "bursts", "cancelling");

  /** Of the second shape: there on most days. */
  private static final String DENSE = "u7";

  static final String ABOVE = "at the upper limits";
  static final String BELOW = "at the lower limits";

  final Lakehouse lake;
  final HistorySpec spec;
  final Map<String, Map<LocalDate, UserDay>> rows = new TreeMap<>();
  final List<Tags> tags = new ArrayList<>();
  private final Random random;

  TaggedHistory(Path folder, long seed) {
    lake = HistoryProject.open(folder);
    random = new Random(seed);
    spec = spec(new TagTable(TAGS, "", tagColumns()));
    makeRows();
    makeTags();
  }

  /** The history by tags of a table. */
  static HistorySpec spec(TagTable tags) {
    Map<TableName, Map<String, MetricType>> inputs = new LinkedHashMap<>();
    Map<String, MetricType> ofReading = new LinkedHashMap<>();
    ofReading.put("pv", MetricType.INTEGER);
    ofReading.put("balance", MetricType.decimal(38, 2));
    Map<String, MetricType> ofOrders = new LinkedHashMap<>();
    ofOrders.put("paid", MetricType.decimal(18, 4));
    ofOrders.put("score", MetricType.DOUBLE);
    inputs.put(READING, ofReading);
    inputs.put(ORDER, ofOrders);
    Map<String, List<String>> sets = new LinkedHashMap<>();
    sets.put("city", List.of("city"));
    sets.put("level_vip", List.of("level", "vip"));
    sets.put("interests_since", List.of("interests", "since"));
    sets.put("city_interests", List.of("city", "interests"));
    sets.put("shape", List.of("shape"));
    return new HistorySpec(
        "reading",
        "",
        "",
        "user_id",
        UserType.STRING,
        DAYS,
        inputs,
        tags,
        sets,
        List.of(7, 30),
        List.of(1, 7),
        new TableName("dws", "reading"),
        new HistoryLayout(4, 2, 8, 4));
  }

  static Map<String, Tag> tagColumns() {
    Map<String, Tag> columns = new LinkedHashMap<>();
    columns.put("city", new Tag(ColumnType.parse("string"), false));
    columns.put("level", new Tag(ColumnType.parse("int"), false));
    columns.put("vip", new Tag(ColumnType.parse("boolean"), false));
    columns.put("since", new Tag(ColumnType.parse("date"), false));
    columns.put("interests", new Tag(ColumnType.parse("string"), true));
    columns.put("shape", new Tag(ColumnType.parse("string"), false));
    return columns;
  }

  /** Users of every shape; on some days nobody comes. */
  private void makeRows() {
    for (int at = 0; at <= LAST.toEpochDay() - FIRST.toEpochDay(); at++) {
      if (at % 13 != 12) {
        LocalDate day = FIRST.plusDays(at);
        put("giant", day, 1);
        put("one of day " + at, day, 0);
        putLimits(day);
      }
    }
    for (int user = 0; user < 24; user++) {
      double share = Math.pow(random.nextDouble(), 3);
      int only = random.nextInt(DAYS);
      for (int at = 0; at <= LAST.toEpochDay() - FIRST.toEpochDay(); at++) {
        LocalDate day = FIRST.plusDays(at);
        boolean active =
            switch (user % 6) {
              case 0 -> at == 22 || random.nextDouble() < share;
              case 1 -> random.nextDouble() < 0.95;
              // One user a day, who comes once.
              case 2 -> at == 10 + only;
              // Long gaps.
              case 3 -> at % 17 < 2;
              case 4 -> at >= 5 && at < 9 || at == 48;
              default -> true;
            };
        if (active && at % 13 != 12) {
          put("u" + user, day, user);
        }
      }
    }
  }

  /** The largest and the least values that the columns hold: together they are next to nothing. */
  private void putLimits(LocalDate day) {
    BigDecimal balance = BigDecimal.TEN.pow(36).subtract(new BigDecimal("0.01"));
    BigDecimal paid = BigDecimal.TEN.pow(14).subtract(new BigDecimal("0.0001"));
    put(ABOVE, day, Long.MAX_VALUE, balance, paid, 0x1p50);
    put(BELOW, day, Long.MIN_VALUE, balance.negate(), paid.negate(), -0x1p50);
  }

  private void put(
      String user, LocalDate day, long pv, BigDecimal balance, BigDecimal paid, double score) {
    rows.computeIfAbsent(user, each -> new TreeMap<>())
        .put(
            day,
            new UserDay(
                user,
                day,
                RowFactory.create(day, user, pv, balance),
                RowFactory.create(day, user, paid, score)));
  }

  private void put(String user, LocalDate day, int number) {
    // Large numbers that cancel out: every partial sum of some leaves 64 bits.
    Long pv =
        switch (number) {
          case 5, 11 -> Long.MAX_VALUE - 7;
          case 17, 23 -> Long.MIN_VALUE + 9;
          default -> random.nextInt(7) == 0 ? null : Long.valueOf(random.nextInt(2000) - 200);
        };
    BigDecimal balance =
        BigDecimal.valueOf(random.nextLong(), 2).multiply(new BigDecimal("1234567890123456"));
    boolean reads = random.nextInt(5) > 0;
    boolean orders = !reads || random.nextInt(3) == 0;
    rows.computeIfAbsent(user, each -> new TreeMap<>())
        .put(
            day,
            new UserDay(
                user,
                day,
                reads || number % 6 == 5 ? RowFactory.create(day, user, pv, balance) : null,
                orders
                    ? RowFactory.create(
                        day,
                        user,
                        BigDecimal.valueOf(random.nextInt(1_000_000) - 500_000L, 4),
                        random.nextInt(4000) / 4.0)
                    : null));
  }

  /** Whether a user's values cancel those of others, who have the same tags and days. */
  private static boolean isLarge(String user) {
    return List.of("u5", "u11", "u17", "u23").contains(user);
  }

  private void makeTags() {
    String[] cities = {"Oslo", "Bergen", "Å", "(none)", ""};
    String[] interests = {"ski", "chess", "news", "(none)"};
    for (int user = 0; user < 24; user++) {
      if (isLarge("u" + user)) {
        tags.add(
            new Tags("u" + user, "Oslo", 1, true, FIRST, List.of("ski"), SHAPES.get(user % 6)));
      } else if (user % 7 != 3) {
        List<String> own = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          own.add(random.nextInt(6) == 0 ? null : interests[random.nextInt(interests.length)]);
        }
        tags.add(
            new Tags(
                "u" + user,
                random.nextInt(5) == 0 ? null : cities[random.nextInt(cities.length)],
                random.nextInt(5) == 0 ? null : Integer.valueOf(random.nextInt(4) - 1),
                random.nextInt(5) == 0 ? null : Boolean.valueOf(random.nextBoolean()),
                random.nextInt(3) == 0 ? null : FIRST.minusDays(random.nextInt(3)),
                user % 5 == 0 ? null : own,
                SHAPES.get(user % 6)));
      }
    }
    tags.add(new Tags("giant", "Oslo", 2, false, FIRST, List.of("ski"), "giant"));
    for (String user : rows.keySet()) {
      if (user.startsWith("one of day ")) {
        tags.add(new Tags(user, "Bergen", 0, false, null, List.of("news"), "a user a day"));
      }
    }
    // In groups of their own, and together in one.
    tags.add(new Tags(ABOVE, ABOVE, 9, true, FIRST, List.of("limits"), "limits"));
    tags.add(new Tags(BELOW, BELOW, 11, true, FIRST, List.of("limits"), "limits"));
    tags.add(new Tags("a stranger", "Paris", 99, true, FIRST, List.of("unknown"), "unknown"));
  }

  /** Publishes and builds: most days as they come, some late, some again with other rows. */
  void build() {
    PublishedDays readings = new PublishedDays(lake, READING, READING_COLUMNS);
    PublishedDays orders = new PublishedDays(lake, ORDER, ORDER_COLUMNS);
    LocalDate middle = FIRST.plusDays(41);
    publishAll(readings, orders, FIRST, middle);
    build(middle);
    // Days of closed pieces come again: users that were not there, others that are gone.
    for (int at : new int[] {12, 20, 27, 37}) {
      LocalDate day = FIRST.plusDays(at);
      rows.values().forEach(ofUser -> correct(ofUser, day));
      // Whatever is drawn: somebody is corrected downwards on each of these days.
      lower(rows.get(DENSE), new UserDay(DENSE, day, null, null));
      for (int i = 0; i < 3; i++) {
        put("late" + random.nextInt(5), day, 1);
      }
      publish(readings, orders, day);
    }
    build(middle);
    publishAll(readings, orders, middle.plusDays(1), LAST);
    build(LAST);
  }

  private void correct(Map<LocalDate, UserDay> ofUser, LocalDate day) {
    UserDay there = ofUser.get(day);
    if (there == null || isLarge(there.user()) || !there.user().startsWith("u")) {
      return;
    }
    if (random.nextInt(3) == 0) {
      ofUser.remove(day);
    } else if (there.order() != null) {
      lower(ofUser, there);
    }
  }

  private static void lower(Map<LocalDate, UserDay> ofUser, UserDay there) {
    ofUser.put(
        there.day(),
        new UserDay(
            there.user(),
            there.day(),
            there.reading(),
            RowFactory.create(there.day(), there.user(), new BigDecimal("-1.5000"), 0.25)));
  }

  private void build(LocalDate day) {
    new HistoryBuild(lake, spec, line -> {}).run(new Request(Mode.DAY, day, OptionalInt.empty()));
  }

  private void publishAll(
      PublishedDays readings, PublishedDays orders, LocalDate first, LocalDate last) {
    readings.publishAll(frame(READING_COLUMNS, readings(first, last)), first, last);
    orders.publishAll(frame(ORDER_COLUMNS, orders(first, last)), first, last);
  }

  private void publish(PublishedDays readings, PublishedDays orders, LocalDate day) {
    readings.publish(day, frame(READING_COLUMNS, readings(day, day)));
    orders.publish(day, frame(ORDER_COLUMNS, orders(day, day)));
  }

  private List<Row> readings(LocalDate first, LocalDate last) {
    return days(first, last).stream().map(UserDay::reading).filter(Objects::nonNull).toList();
  }

  private List<Row> orders(LocalDate first, LocalDate last) {
    return days(first, last).stream().map(UserDay::order).filter(Objects::nonNull).toList();
  }

  /** User-days as they are now. */
  List<UserDay> days(LocalDate first, LocalDate last) {
    return rows.values().stream()
        .flatMap(ofUser -> ofUser.values().stream())
        .filter(each -> !each.day().isBefore(first) && !each.day().isAfter(last))
        .toList();
  }

  private Dataset<Row> frame(String columns, List<Row> some) {
    return lake.spark().createDataFrame(some, StructType.fromDDL("dt DATE, " + columns));
  }

  /** Writes tags as rows of a table of the latest. */
  void writeTags(TableName table, List<Tags> some) {
    lake.spark().sql("CREATE NAMESPACE IF NOT EXISTS dim");
    lake.spark()
        .sql(
            "CREATE TABLE IF NOT EXISTS %s (%s) USING iceberg"
                .formatted(lake.identifier(table), TAG_COLUMNS));
    List<Row> all =
        some.stream()
            .map(
                each ->
                    RowFactory.create(
                        each.user(),
                        each.city(),
                        each.level(),
                        each.vip(),
                        each.since(),
                        each.interests() == null ? null : each.interests().toArray(),
                        each.level() == null ? null : Long.valueOf(each.level() / 2),
                        each.shape()))
            .toList();
    lake.spark()
        .createDataFrame(all, StructType.fromDDL(TAG_COLUMNS))
        .createOrReplaceTempView("new_tags");
    lake.spark()
        .sql("INSERT OVERWRITE %s SELECT * FROM new_tags".formatted(lake.identifier(table)));
  }

  /** The rows of a query, each as a text. */
  List<String> read(String sql) {
    return lake.spark().sql(sql).collectAsList().stream()
        .map(
            row -> {
              Object[] values = new Object[row.size()];
              Arrays.setAll(values, row::get);
              return TagOracle.text(values);
            })
        .toList();
  }
}
