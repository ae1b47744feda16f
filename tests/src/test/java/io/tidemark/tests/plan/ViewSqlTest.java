package io.tidemark.tests.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.plan.ViewSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.RankingSpec;
import io.tidemark.jobs.spec.RankingSpec.Order;
import io.tidemark.jobs.spec.RankingSpec.Period;
import io.tidemark.jobs.spec.RankingSpec.Ties;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.UsersSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.tests.lakehouse.Seed;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
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
import org.junit.jupiter.params.provider.ValueSource;

/** The SQL of declared views on frames, against slow and obvious computations of the same. */
class ViewSqlTest {
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 2, 20);
  private static final long SEED = Seed.of("views");
  private static final int DAYS = 40;
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "dt DATE, channel STRING, user_id STRING, row_count BIGINT, pv BIGINT, first TIMESTAMP");

  @TempDir private static Path folder;
  private static SparkSession spark;

  /** A row of the summary. */
  private record Sight(LocalDate day, String channel, String user, long pv, Instant first) {
    long minute() {
      return first.truncatedTo(ChronoUnit.MINUTES).getEpochSecond();
    }
  }

  @BeforeAll
  static void openSession() {
    spark = FrameSession.open(folder);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void usersOfADay(int returningAfter) {
    List<Sight> rows = sights(new Random(SEED));

    assertThat(read(new UsersSpec("user_id", List.of(), returningAfter, null, null), rows))
        .as("seed %d", SEED)
        .isEqualTo(counted(rows, returningAfter, false, false));
  }

  @Test
  void usersOfAGroupAreNewToTheGroup() {
    List<Sight> rows = sights(new Random(SEED));

    assertThat(read(new UsersSpec("user_id", List.of("channel"), 3, null, null), rows))
        .as("seed %d", SEED)
        .isEqualTo(counted(rows, 3, true, false));
  }

  @Test
  void usersOfADaySoFarByTheMinute() {
    List<Sight> rows = sights(new Random(SEED));

    assertThat(read(new UsersSpec("user_id", List.of("channel"), 3, "first", null), rows))
        .as("seed %d", SEED)
        .isEqualTo(counted(rows, 3, true, true));
  }

  /** Users who are carried on from one day to the next, and none of them read twice. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void daysBehindKnownUsersAreAsThoseOfAllDays(boolean byMinute) {
    List<Sight> rows = sights(new Random(SEED));
    ViewSql sql =
        view(new UsersSpec("user_id", List.of("channel"), 3, byMinute ? "first" : null, null));
    LocalDate earlier = FIRST_DAY.plusDays(9);
    LocalDate through = FIRST_DAY.plusDays(20);
    show(rows);
    String all = "SELECT * FROM summary WHERE dt %s DATE '%s'";

    spark
        .sql(sql.known(all.formatted("<=", earlier), null, earlier))
        .createOrReplaceTempView("earlier");
    spark
        .sql(
            sql.known(
                all.formatted(">", earlier) + " AND dt <= DATE '" + through + "'",
                "SELECT * FROM earlier",
                through))
        .createOrReplaceTempView("carried");
    List<String> carried = text(spark.table("carried"));
    assertThat(carried)
        .as("seed %d", SEED)
        .containsExactlyInAnyOrderElementsOf(
            text(spark.sql(sql.known(all.formatted("<=", through), null, through))));
    assertThat(text(spark.sql(sql.behind(all.formatted(">", through), "carried", through))))
        .as("seed %d", SEED)
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            text(
                spark
                    .sql(sql.over("SELECT * FROM summary", "summary", column -> ""))
                    .where("dt > DATE '" + through + "'")));
  }

  private static List<String> text(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.mkString(",")).toList();
  }

  /** Who was new on a day by a wrong row is new on a later one when the row is gone. */
  @Test
  void aDayThatIsReplacedCorrectsAllLaterOnes() {
    LocalDate wrong = FIRST_DAY;
    List<Sight> before =
        List.of(sight(wrong, "ann"), sight(wrong.plusDays(3), "ann"), sight(wrong, "bob"));
    List<Sight> after = List.of(sight(wrong, "bob"), sight(wrong.plusDays(3), "ann"));
    UsersSpec users = new UsersSpec("user_id", List.of(), 2, null, null);

    assertThat(read(users, before))
        .containsExactlyInAnyOrder(wrong + ",2,2,0", wrong.plusDays(3) + ",1,0,1");
    assertThat(read(users, after))
        .containsExactlyInAnyOrder(wrong + ",1,1,0", wrong.plusDays(3) + ",1,1,0");
  }

  @ParameterizedTest
  @CsvSource({
    "RANK, 1=d 2=b 2=c",
    "DENSE_RANK, 1=d 2=b 2=c 3=a",
    "ROW_NUMBER, 1=d 2=b 3=c",
  })
  void tiesAreAsDeclared(Ties ties, String expected) {
    List<Sight> rows = new ArrayList<>();
    Map.of("a", 1L, "b", 2L, "c", 2L, "d", 3L, "e", 0L)
        .forEach((user, pv) -> rows.add(sight(FIRST_DAY, user, pv)));
    List<String> tieBreak = ties == Ties.ROW_NUMBER ? List.of("user_id") : List.of();

    assertThat(
            new TreeSet<>(
                lines(
                    new RankingSpec(
                        "pv",
                        3,
                        List.of("user_id"),
                        List.of(),
                        Period.DAY,
                        Order.DESCENDING,
                        ties,
                        tieBreak),
                    rows,
                    "rank",
                    "user_id")))
        .containsExactly(expected.replace('=', ',').split(" "));
  }

  @ParameterizedTest
  @CsvSource({"MONTH, DESCENDING", "WEEK, ASCENDING", "DAY, DESCENDING"})
  void theFirstOfEachGroupAndPeriod(Period period, Order order) {
    List<Sight> rows = sights(new Random(SEED));
    RankingSpec ranking =
        new RankingSpec(
            "pv",
            4,
            List.of("user_id"),
            List.of("channel"),
            period,
            order,
            Ties.ROW_NUMBER,
            List.of("user_id"));

    assertThat(
            lines(
                ranking,
                rows,
                period == Period.DAY ? "dt" : "period_start",
                "channel",
                "user_id",
                "pv",
                "rank"))
        .as("seed %d", SEED)
        .isEqualTo(ranked(rows, period, order, 4));
  }

  /** A summary may have a metric of the name that the view has for the period. */
  @Test
  void otherMetricsDoNotDisturb() {
    show(List.of(sight(FIRST_DAY, "ann", 2), sight(FIRST_DAY.plusDays(1), "ann", 3)));
    RankingSpec ranking =
        new RankingSpec(
            "pv",
            1,
            List.of("user_id"),
            List.of(),
            Period.MONTH,
            Order.DESCENDING,
            Ties.RANK,
            List.of());

    assertThat(
            text(
                spark.sql(
                    view(ranking)
                        .over(
                            "SELECT *, row_count AS period_start, row_count AS rank FROM summary",
                            "summary",
                            column -> SCHEMA.apply(column).dataType().sql()))))
        .containsExactly(FIRST_DAY.withDayOfMonth(1) + ",ann,5,1");
  }

  private static Set<String> ranked(List<Sight> rows, Period period, Order order, int top) {
    Map<String, Map<String, Long>> groups =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> start(row.day(), period) + "," + row.channel(),
                    Collectors.groupingBy(
                        row -> String.valueOf(row.user()), Collectors.summingLong(Sight::pv))));
    Set<String> expected = new HashSet<>();
    groups.forEach(
        (group, values) -> {
          List<Map.Entry<String, Long>> all = new ArrayList<>(values.entrySet());
          all.sort(
              (a, b) -> {
                int byValue = Long.compare(a.getValue(), b.getValue());
                int ordered = order == Order.DESCENDING ? -byValue : byValue;
                // 'null' stands behind every name here, as NULL does in the ranking.
                String left = a.getKey().equals("null") ? "~" : a.getKey();
                String right = b.getKey().equals("null") ? "~" : b.getKey();
                return ordered != 0 ? ordered : left.compareTo(right);
              });
          for (int i = 0; i < Math.min(top, all.size()); i++) {
            expected.add(
                "%s,%s,%d,%d".formatted(group, all.get(i).getKey(), all.get(i).getValue(), i + 1));
          }
        });
    return expected;
  }

  private static LocalDate start(LocalDate day, Period period) {
    return switch (period) {
      case MONTH -> day.withDayOfMonth(1);
      case WEEK -> day.minusDays(day.getDayOfWeek().getValue() - 1L);
      default -> day;
    };
  }

  /** By going through all earlier days for every day. */
  private static Set<String> counted(
      List<Sight> rows, int returningAfter, boolean byChannel, boolean byMinute) {
    Set<String> expected = new HashSet<>();
    Map<String, List<Sight>> groups =
        rows.stream()
            .filter(row -> row.user() != null)
            .collect(Collectors.groupingBy(row -> byChannel ? String.valueOf(row.channel()) : ""));
    groups.forEach(
        (channel, group) -> {
          for (LocalDate day : days(group)) {
            Set<Long> minutes = new TreeSet<>(List.of(Long.MAX_VALUE));
            if (byMinute) {
              minutes.clear();
              firstMinutes(group, day).values().forEach(minutes::add);
            }
            for (long minute : minutes) {
              expected.add(counted(group, day, minute, returningAfter, channel, byMinute));
            }
          }
        });
    return expected;
  }

  private static String counted(
      List<Sight> group,
      LocalDate day,
      long minute,
      int returningAfter,
      String channel,
      boolean byMinute) {
    int active = 0;
    int fresh = 0;
    int returning = 0;
    for (Map.Entry<String, Long> user : firstMinutes(group, day).entrySet()) {
      if (user.getValue() > minute) {
        continue;
      }
      active++;
      Set<LocalDate> earlier =
          group.stream()
              .filter(row -> user.getKey().equals(row.user()) && row.day().isBefore(day))
              .map(Sight::day)
              .collect(Collectors.toSet());
      fresh += earlier.isEmpty() ? 1 : 0;
      LocalDate bound = day.minusDays(returningAfter);
      returning +=
          !earlier.isEmpty() && earlier.stream().allMatch(each -> each.isBefore(bound)) ? 1 : 0;
    }
    return "%s%s%s,%d,%d,%d"
        .formatted(
            day,
            byMinute ? "," + Instant.ofEpochSecond(minute) : "",
            channel.isEmpty() ? "" : "," + channel,
            active,
            fresh,
            returning);
  }

  private static Map<String, Long> firstMinutes(List<Sight> group, LocalDate day) {
    return group.stream()
        .filter(row -> row.day().equals(day))
        .collect(Collectors.toMap(Sight::user, Sight::minute, Math::min));
  }

  private static Set<LocalDate> days(List<Sight> rows) {
    return rows.stream().map(Sight::day).collect(Collectors.toSet());
  }

  /** One row for a day, channel and user, some of nobody. */
  private static List<Sight> sights(Random random) {
    Set<List<Object>> keys = new HashSet<>();
    List<Sight> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      LocalDate day = FIRST_DAY.plusDays(random.nextInt(DAYS));
      String channel = random.nextInt(6) == 0 ? null : "c" + random.nextInt(2);
      String user = random.nextInt(8) == 0 ? null : "u" + random.nextInt(30);
      List<Object> key = new ArrayList<>();
      key.add(day);
      key.add(channel);
      key.add(user);
      if (keys.add(key)) {
        Instant first =
            day.atStartOfDay(ZONE).toInstant().plusSeconds(36_000 + random.nextInt(600));
        rows.add(new Sight(day, channel, user, random.nextInt(5), first));
      }
    }
    return rows;
  }

  private static Sight sight(LocalDate day, String user) {
    return sight(day, user, 1);
  }

  private static Sight sight(LocalDate day, String user, long pv) {
    return new Sight(day, "c", user, pv, day.atStartOfDay(ZONE).toInstant());
  }

  private static Set<String> read(UsersSpec users, List<Sight> rows) {
    List<String> columns = new ArrayList<>(List.of("dt"));
    if (users.byMinute()) {
      columns.add("window_start");
    }
    columns.addAll(users.by());
    columns.addAll(List.of("active_users", "new_users", "returning_users"));
    return lines(users, rows, columns.toArray(String[]::new));
  }

  private static void show(List<Sight> rows) {
    spark
        .createDataFrame(
            rows.stream()
                .map(
                    row ->
                        RowFactory.create(
                            row.day(), row.channel(), row.user(), 1L, row.pv(), row.first()))
                .toList(),
            SCHEMA)
        .createOrReplaceTempView("summary");
  }

  private static ViewSql view(ViewSpec.Shape shape) {
    return new ViewSql(
        new ViewSpec(TableName.parse("ads.x_v"), "", "", TableName.parse("dws.x_1d"), shape),
        summary(),
        ZONE);
  }

  private static Set<String> lines(ViewSpec.Shape shape, List<Sight> rows, String... columns) {
    show(rows);
    String sql =
        view(shape)
            .over(
                "SELECT * FROM summary",
                "summary",
                column -> SCHEMA.apply(column).dataType().sql());
    List<Row> found =
        spark
            .sql(sql)
            .select(Stream.of(columns).map(functions::col).toArray(Column[]::new))
            .collectAsList();
    Set<String> lines = found.stream().map(row -> row.mkString(",")).collect(Collectors.toSet());
    assertThat(lines).as("rows that are told apart").hasSameSizeAs(found);
    return lines;
  }

  private static AggregateSpec summary() {
    return new AggregateSpec(
        "dws_x_1d",
        "",
        "",
        TableName.parse("dwd.x"),
        List.of("channel", "user_id"),
        Window.ONE_DAY,
        Lateness.UNLIMITED,
        List.of(
            new MetricSpec("pv", Function.COUNT, "*"),
            new MetricSpec("first", Function.MIN, "event_time")),
        TableName.parse("dws.x_1d"),
        ReconcilePolicy.DEFAULT);
  }
}
