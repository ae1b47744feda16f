package io.tidemark.tests.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.ViewSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Comparison;
import io.tidemark.jobs.spec.DerivedMetric;
import io.tidemark.jobs.spec.DerivedMetric.Operation;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.RollupMetric;
import io.tidemark.jobs.spec.RollupSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.tests.lakehouse.Seed;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The SQL of rollups on frames that hold increments of a summary, as its table does, against a slow
 * computation from the rows below the summary.
 */
class RollupSqlTest {
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 2, 20);
  private static final long SEED = Seed.of("rollup");
  private static final int ROWS = 400;
  private static final int PIECES = 3;
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "dt DATE, event_time TIMESTAMP, content STRING, channel STRING, user_id STRING,"
              + " amount DECIMAL(10,2)");
  private static final AggregateSpec SUMMARY =
      new AggregateSpec(
          "dws_x_1min",
          "",
          "",
          TableName.parse("dwd.x"),
          List.of("content", "channel", "user_id"),
          Map.of(),
          Window.ONE_MINUTE,
          Lateness.UNLIMITED,
          List.of(
              new MetricSpec("pv", Function.COUNT, "*"),
              new MetricSpec("amount", Function.SUM, "amount"),
              new MetricSpec("mean", Function.AVERAGE, "amount"),
              new MetricSpec("first", Function.MIN, "event_time"),
              new MetricSpec("about", Function.APPROXIMATE_DISTINCT, "user_id"),
              new MetricSpec("amounts", Function.DISTINCT, "amount")),
          List.of(new DerivedMetric("rate", Operation.RATIO, List.of("amount", "pv"))),
          Map.of(),
          TableName.parse("dws.x_1min"),
          ReconcilePolicy.DEFAULT);
  private static final List<RollupMetric> METRICS =
      List.of(
          metric("keys", Function.COUNT, "*"),
          metric("payers", Function.COUNT, "amount"),
          metric("pv", Function.SUM, "pv"),
          metric("users", Function.DISTINCT, "user_id"),
          metric("heavy", Function.DISTINCT, "user_id", "pv", ">= 3"),
          metric("spent", Function.SUM, "amount", "pv", "< 3", "amount", "> 2.5"),
          metric("most", Function.MAX, "pv"),
          metric("best", Function.MAX, "rate"),
          metric("first", Function.MIN, "first"),
          metric("each", Function.AVERAGE, "pv"),
          metric("mean", Function.AVERAGE, "mean", "pv", "<= 2"),
          metric("about", Function.APPROXIMATE_DISTINCT, "about", "pv", ">= 3"));

  @TempDir private static Path folder;
  private static SparkSession spark;

  /** A row below the summary. */
  private record Event(
      LocalDate day, Instant time, String content, String channel, String user, BigDecimal amount) {

    Row row() {
      return RowFactory.create(day, time, content, channel, user, amount);
    }

    /** The same by another channel, with an amount. */
    Event through(String other) {
      return new Event(day, time, content, other, user, BigDecimal.valueOf(100, 2));
    }

    String column(String name) {
      return switch (name) {
        case "content" -> content;
        case "channel" -> channel;
        default -> user;
      };
    }

    Instant window(Window window) {
      long begin = day.atStartOfDay(ZONE).toEpochSecond();
      long step = window.length().orElseThrow().toSeconds();
      return Instant.ofEpochSecond(begin + (time.getEpochSecond() - begin) / step * step);
    }
  }

  @BeforeAll
  static void openSession() {
    spark = FrameSession.open(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          content         | user_id         | 1 day
          content         | user_id         | 1 minute
          content         |                 | 1 hour
                          | user_id         | 1 day
                          | user_id,channel | 5 minutes
          channel,content | user_id         | 1 hour
          """)
  void metricsAreThoseOfTheRowsBelow(String by, String each, String window) {
    RollupSpec rollup = new RollupSpec(names(by), names(each), Window.parse(window), METRICS);
    List<Event> events = events(new Random(SEED));
    store(events, PIECES);

    assertThat(shown(rollup))
        .as("seed %d", SEED)
        .containsExactlyInAnyOrderElementsOf(computed(rollup, events));
  }

  /** What comes and is taken back again is no user, and no reason for a row. */
  @Test
  void rowsThatAreTakenBackCountNowhere() {
    List<Event> events = events(new Random(SEED));
    List<Event> gone =
        events(new Random(SEED)).stream().map(event -> event.through("gone")).toList();
    store(gone, 1);
    Dataset<Row> come = spark.table("stored");
    Dataset<Row> back = come;
    for (String column : List.of("row_count", "pv", "amount")) {
      back = back.withColumn(column, functions.negative(back.col(column)));
    }
    List<Row> rows = new ArrayList<>(come.unionByName(back).collectAsList());
    store(events, PIECES);
    rows.addAll(spark.table("stored").collectAsList());
    spark.createDataFrame(rows, come.schema()).createOrReplaceTempView("stored");
    List<String> added = List.of("keys", "payers", "pv", "users", "heavy", "spent", "most", "each");
    RollupSpec rollup =
        new RollupSpec(
            List.of("content"),
            List.of("user_id"),
            Window.ONE_MINUTE,
            METRICS.stream().filter(metric -> added.contains(metric.name())).toList());

    assertThat(shown(rollup))
        .as("seed %d", SEED)
        .containsExactlyInAnyOrderElementsOf(computed(rollup, events));
  }

  /** A distinct of a single row of the summary is right there, and may be compared. */
  @Test
  void distinctsOfSingleRowsAreCompared() {
    List<Event> events = events(new Random(SEED));
    store(events, 1);
    RollupSpec rollup =
        new RollupSpec(
            List.of(),
            List.of(),
            null,
            List.of(
                metric("most", Function.MAX, "amounts"),
                metric("several", Function.COUNT, "*", "amounts", "> 1")));
    List<String> expected =
        grouped(events, event -> List.of(event.day(), event.window(Window.ONE_MINUTE)))
            .entrySet()
            .stream()
            .map(
                group -> {
                  List<Long> amounts =
                      grouped(
                              group.getValue(),
                              event ->
                                  Arrays.asList(event.content(), event.channel(), event.user()))
                          .values()
                          .stream()
                          .map(
                              rows ->
                                  rows.stream()
                                      .map(Event::amount)
                                      .filter(Objects::nonNull)
                                      .distinct()
                                      .count())
                          .toList();
                  return "%s,%s,%d,%d"
                      .formatted(
                          group.getKey().get(0),
                          group.getKey().get(1),
                          amounts.stream().max(Long::compare).orElseThrow(),
                          amounts.stream().filter(each -> each > 1).count());
                })
            .toList();

    assertThat(shown(rollup)).as("seed %d", SEED).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static List<String> computed(RollupSpec rollup, List<Event> events) {
    Window window = rollup.windowOf(SUMMARY);
    return grouped(
            events,
            event -> {
              List<Object> key = new ArrayList<>(List.of(event.day()));
              window.length().ifPresent(length -> key.add(event.window(window)));
              rollup.by().forEach(column -> key.add(event.column(column)));
              return key;
            })
        .entrySet()
        .stream()
        .map(
            group ->
                Stream.concat(
                        group.getKey().stream(),
                        values(
                            rollup.metrics(),
                            grouped(
                                    group.getValue(),
                                    event -> {
                                      List<Object> key = new ArrayList<>();
                                      rollup
                                          .grainOf(SUMMARY)
                                          .forEach(column -> key.add(event.column(column)));
                                      return key;
                                    })
                                .values()))
                    .map(String::valueOf)
                    .collect(Collectors.joining(",")))
        .toList();
  }

  private static Stream<Object> values(List<RollupMetric> metrics, Collection<List<Event>> keys) {
    return metrics.stream().map(metric -> value(metric.name(), keys));
  }

  private static Object value(String metric, Collection<List<Event>> keys) {
    return switch (metric) {
      case "keys" -> keys.size();
      case "payers" -> having(keys, key -> amount(key) != null).size();
      case "pv" -> keys.stream().mapToInt(List::size).sum();
      case "users" -> users(keys);
      case "heavy", "about" -> users(having(keys, key -> key.size() >= 3));
      case "spent" ->
          sum(
              having(
                      keys,
                      key ->
                          key.size() < 3
                              && amount(key) != null
                              && amount(key).compareTo(new BigDecimal("2.5")) > 0)
                  .stream()
                  .map(RollupSqlTest::amount));
      case "most" -> keys.stream().mapToInt(List::size).max().orElseThrow();
      case "best" ->
          keys.stream()
              .filter(key -> amount(key) != null)
              .map(key -> amount(key).doubleValue() / key.size())
              .max(Double::compare)
              .orElse(null);
      case "first" ->
          keys.stream().flatMap(List::stream).map(Event::time).min(Instant::compareTo).get();
      case "each" -> (double) keys.stream().mapToInt(List::size).sum() / keys.size();
      case "mean" -> {
        List<BigDecimal> amounts =
            having(keys, key -> key.size() <= 2).stream()
                .flatMap(List::stream)
                .map(Event::amount)
                .filter(Objects::nonNull)
                .toList();
        yield amounts.isEmpty() ? null : sum(amounts.stream()).doubleValue() / amounts.size();
      }
      default -> throw new IllegalArgumentException(metric);
    };
  }

  private static List<List<Event>> having(
      Collection<List<Event>> keys, Predicate<List<Event>> condition) {
    return keys.stream().filter(condition).toList();
  }

  private static long users(Collection<List<Event>> keys) {
    return keys.stream()
        .flatMap(List::stream)
        .map(Event::user)
        .filter(Objects::nonNull)
        .distinct()
        .count();
  }

  private static BigDecimal amount(List<Event> key) {
    return sum(key.stream().map(Event::amount));
  }

  private static BigDecimal sum(Stream<BigDecimal> values) {
    return values.filter(Objects::nonNull).reduce(BigDecimal::add).orElse(null);
  }

  private static Map<List<?>, List<Event>> grouped(
      List<Event> events, java.util.function.Function<Event, List<?>> key) {
    return events.stream().collect(Collectors.groupingBy(key));
  }

  private static List<Event> events(Random random) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      LocalDate day = FIRST_DAY.plusDays(random.nextInt(2));
      Instant time =
          day.atStartOfDay(ZONE)
              .plusHours(9 + random.nextInt(2))
              .plusMinutes(random.nextInt(8))
              .plusSeconds(random.nextInt(60))
              .toInstant();
      events.add(
          new Event(
              day,
              time,
              "t" + random.nextInt(2),
              random.nextInt(6) == 0 ? null : "c" + random.nextInt(2),
              random.nextInt(6) == 0 ? null : "u" + random.nextInt(12),
              random.nextInt(4) == 0 ? null : BigDecimal.valueOf(random.nextInt(500), 2)));
    }
    return events;
  }

  /** The summary's table after that many micro-batches: several rows to a key. */
  private static void store(List<Event> events, int pieces) {
    Dataset<Row> stored = null;
    for (int piece = 0; piece < pieces; piece++) {
      spark
          .createDataFrame(
              events.subList(ROWS * piece / pieces, ROWS * (piece + 1) / pieces).stream()
                  .map(Event::row)
                  .toList(),
              SCHEMA)
          .createOrReplaceTempView("input");
      Dataset<Row> added = spark.sql(new AggregateSql(SUMMARY).batch());
      stored = stored == null ? added : stored.unionByName(added);
    }
    spark
        .createDataFrame(stored.collectAsList(), stored.schema())
        .createOrReplaceTempView("stored");
  }

  private static List<String> shown(RollupSpec rollup) {
    StructType stored = spark.table("stored").schema();
    StructType seen =
        spark
            .sql(
                new AggregateSql(SUMMARY)
                    .read("stored", column -> stored.apply(column).dataType().sql()))
            .schema();
    ViewSpec view = new ViewSpec(TableName.parse("ads.x_v"), "", "", SUMMARY.output(), rollup);
    ViewSql sql = new ViewSql(view, SUMMARY, ZONE);
    Dataset<Row> rows =
        spark.sql(
            sql.over(
                "",
                "stored",
                column ->
                    (Arrays.asList(stored.fieldNames()).contains(column) ? stored : seen)
                        .apply(column)
                        .dataType()
                        .sql()));
    assertThat(rows.columns()).startsWith(sql.keys().toArray(String[]::new));
    return rows.collectAsList().stream().map(row -> row.mkString(",")).toList();
  }

  private static List<String> names(String text) {
    return text == null ? List.of() : List.of(text.split(","));
  }

  private static RollupMetric metric(
      String name, Function function, String column, String... having) {
    TreeMap<String, Comparison> conditions = new TreeMap<>();
    for (int i = 0; i < having.length; i += 2) {
      conditions.put(having[i], Comparison.parse(having[i + 1]));
    }
    return new RollupMetric(name, function, column, conditions);
  }
}
