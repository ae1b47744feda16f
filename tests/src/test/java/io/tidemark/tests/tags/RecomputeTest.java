package io.tidemark.tests.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.TrinoProperties;
import io.tidemark.catalog.UserError;
import io.tidemark.tags.attribute.BucketProgress;
import io.tidemark.tags.attribute.Recompute;
import io.tidemark.tags.attribute.Recompute.Outcome;
import io.tidemark.tags.attribute.Recompute.Request;
import io.tidemark.tags.attribute.Recompute.Status;
import io.tidemark.tags.attribute.Recompute.Way;
import io.tidemark.tags.attribute.Room;
import io.tidemark.tags.attribute.TagQuery;
import io.tidemark.tags.attribute.TagQuery.Answer;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.TagTable;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.servers.Java25;
import io.tidemark.tests.servers.Rendered;
import io.tidemark.tests.servers.SharedServers;
import io.tidemark.tests.servers.Trino;
import io.tidemark.tests.tags.TaggedHistory.Tags;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a history adds up to by tags, however it is computed, is what DuckDB finds in the rows: of
 * users of every shape, with days that came late and again, and tags of every kind.
 */
@AnyZone
@TestInstance(Lifecycle.PER_CLASS)
class RecomputeTest {
  private static final LocalDate LAST = TaggedHistory.LAST;
  private static final LocalDate WINDOW = LAST.minusDays(TaggedHistory.DAYS - 1L);

  private final long seed = Seed.of("RecomputeTest");
  private TaggedHistory history;

  @BeforeAll
  void build(@TempDir Path folder) {
    history = new TaggedHistory(folder, seed);
    history.build();
    history.writeTags(TaggedHistory.TAGS, history.tags);
  }

  @Test
  void everyWayComesToWhatTheRowsSay() throws SQLException {
    List<Outcome> made = recompute(history.spec, Way.BLOCKS, false);
    assertThat(made).extracting(Outcome::status).containsOnly(Status.MADE);
    assertServes(history.spec, history.tags);

    assertThat(recompute(history.spec, Way.BLOCKS, false))
        .extracting(Outcome::status)
        .containsOnly(Status.UNCHANGED);
    Map<Way, List<String>> slow =
        Map.of(
            Way.ROWS,
            List.of("city_interests", "shape"),
            Way.DAYS,
            List.of("interests_since", "shape"));
    for (Map.Entry<Way, List<String>> way : slow.entrySet()) {
      assertThat(
              new Recompute(history.lake, history.spec, BucketProgress.SILENT)
                  .run(new Request(LAST, way.getValue(), Optional.empty(), way.getKey(), false)))
          .as("seed %d, %s", seed, way)
          .extracting(Outcome::status)
          .containsOnly(Status.MADE);
      assertServes(history.spec, history.tags);
    }
    assertThat(recompute(history.spec, Way.BLOCKS, false))
        .extracting(Outcome::status)
        .containsExactly(Status.UNCHANGED, Status.UNCHANGED, Status.MADE, Status.MADE, Status.MADE);
    // A group after the other, where memory holds no more.
    assertThat(
            new Recompute(
                    history.lake, history.spec, new Room(Optional.of(1L)), BucketProgress.SILENT)
                .run(new Request(LAST, List.of(), Optional.empty(), Way.BLOCKS, true)))
        .extracting(Outcome::status)
        .containsOnly(Status.MADE);
    assertServes(history.spec, history.tags);
  }

  /** What the equality of all results above rests on: each shape is there, and is what it says. */
  @Test
  void usersOfEveryShapeAreAddedUp() {
    recompute(history.spec, Way.BLOCKS, false);
    String shapes = history.lake.identifier(history.spec.servingTable("shape"));
    String days = "SELECT count(*), min(users), max(users) FROM " + shapes + " WHERE users > 0";
    assertThat(history.read("SELECT DISTINCT shape FROM " + shapes + " WHERE users > 0"))
        .contains("sparse", "dense", "once", "gaps", "cancelling", "giant", "limits");
    // 40 days, on three of which nobody came.
    assertThat(history.read(days + " AND shape = 'giant'")).containsExactly("37 | 1 | 1");
    assertThat(history.read(days + " AND shape = 'a user a day'")).containsExactly("37 | 1 | 1");
    assertThat(history.read("SELECT max(users_30d) FROM " + shapes + " WHERE shape = 'giant'"))
        .containsExactly("1");
    assertThat(
            history.read(
                "SELECT DISTINCT users, pv, balance, paid, score FROM %s WHERE users > 0 AND shape = 'limits'"
                    .formatted(shapes)))
        .containsExactly("2 | -1 | 0.00 | 0.0000 | 0.0");
    assertThat(
            history.read(
                "SELECT DISTINCT pv, balance, paid FROM %s WHERE users > 0 AND city LIKE 'at the % limits' ORDER BY pv"
                    .replace("%s", history.lake.identifier(history.spec.servingTable("city")))))
        .containsExactly(
            "-9223372036854775808 | -999999999999999999999999999999999999.99 | -99999999999999.9999",
            "9223372036854775807 | 999999999999999999999999999999999999.99 | 99999999999999.9999");
    assertThat(
            history.read(
                "SELECT count(*) > 0 FROM dws.reading_history_td WHERE level = 'patch' AND array_contains(paid, -1.5)"))
        .as("a correction downwards of a day that was taken up")
        .containsExactly("true");
  }

  @Test
  void aResultFollowsTheTagsAndIsMadeAgainWhenSomebodyTouchesIt() throws SQLException {
    HistorySpec spec = spec("dim.moving_tag", "", "moving");
    history.writeTags(spec.tags().table(), history.tags);
    assertThat(status(spec)).isEqualTo(Status.MADE);
    List<Tags> moved = new ArrayList<>();
    for (Tags each : history.tags) {
      moved.add(
          new Tags(
              each.user(),
              "Oslo",
              each.level(),
              each.vip(),
              each.since(),
              each.interests(),
              each.shape()));
    }
    history.writeTags(spec.tags().table(), moved);
    assertThat(status(spec)).isEqualTo(Status.MADE);
    assertServes(spec, moved);
    assertThat(status(spec)).isEqualTo(Status.UNCHANGED);

    String table = history.lake.identifier(spec.servingTable("moving"));
    history.lake.spark().sql("DELETE FROM " + table + " WHERE dt = DATE'" + LAST + "'");
    assertThat(status(spec)).isEqualTo(Status.MADE);
    assertServes(spec, moved);
    assertThat(history.read("SELECT max(pv_per_user) FROM " + table + "_v WHERE users = 1"))
        .isEqualTo(
            history.read("SELECT CAST(max(pv) AS DOUBLE) FROM " + table + " WHERE users = 1"));
  }

  @Test
  void tagsAreThoseOfTheDay() throws SQLException {
    HistorySpec spec = spec("dim.daily_tag", "of_day", "daily");
    String table = history.lake.identifier(spec.tags().table());
    history.writeTags(new TableName("dim", "some_tag"), history.tags);
    history
        .lake
        .spark()
        .sql(
            "CREATE TABLE %s USING iceberg AS SELECT *, DATE'2026-02-01' AS of_day FROM %s UNION ALL SELECT user_id, 'Rome', 1, true, since, interests, points, shape, DATE'2026-02-02' FROM %2$s"
                .formatted(table, history.lake.identifier(new TableName("dim", "some_tag"))));
    List<Outcome> then = recompute(spec, LocalDate.parse("2026-02-01"));
    assertThat(then).extracting(Outcome::status).containsOnly(Status.MADE);
    assertServes(spec, history.tags);
    assertThat(status(spec)).isEqualTo(Status.MADE);
    assertThat(
            history.read(
                "SELECT DISTINCT city FROM "
                    + history.lake.identifier(spec.servingTable("daily"))
                    + " ORDER BY 1"))
        .containsExactly("(none)", "Rome");
    assertRefused(
        () -> recompute(spec, LocalDate.parse("2026-01-31")),
        "the tag table dim.daily_tag has no row of 2026-01-31");
    assertRefused(
        () -> recompute(history.spec, LocalDate.parse("2020-01-01")),
        "the tag table dim.user_tag has no snapshot of 2020-01-01 or before");
  }

  @Test
  void whatIsNotThereIsRefused() {
    assertRefused(
        () -> recompute(spec("dim.no_tag", "", "none"), Way.BLOCKS, false),
        "the tag table dim.no_tag of history reading does not exist");
    HistorySpec spec = spec("dim.double_tag", "", "doubled");
    List<Tags> twice = new ArrayList<>(history.tags);
    twice.addAll(history.tags);
    history.writeTags(spec.tags().table(), twice);
    assertThatThrownBy(() -> recompute(spec, Way.BLOCKS, false))
        .isInstanceOf(UserError.class)
        .hasMessageMatching(
            "(?s)the tag table dim.double_tag has several rows of a user, for example ([^,]+, ){9}[^,]+; it has to have one of each\\. Load it again.*");
    assertRefused(
        () ->
            new Recompute(history.lake, history.spec, BucketProgress.SILENT)
                .run(new Request(LAST.plusDays(1), List.of(), Optional.empty(), Way.BLOCKS, false)),
        "history reading is built up to 2026-02-19, and its window ends there; build 2026-02-20 first");
    assertRefused(
        () ->
            new Recompute(history.lake, history.spec, BucketProgress.SILENT)
                .run(new Request(LAST, List.of("town"), Optional.empty(), Way.BLOCKS, false)),
        "history reading has no set town; it has city, level_vip, interests_since, city_interests, shape");
  }

  /** Users at the limits of bigint, apart from those whose values cancel theirs. */
  @Test
  void aSumThatLeavesBigintNamesItsPlaceOrIsDeclared() throws SQLException {
    HistorySpec spec = spec("dim.apart_tag", "", "apart");
    // Those at the limits of decimals are by themselves: with others, SQL's sums leave 38 digits.
    List<Tags> tags =
        List.of(
            new Tags("u5", "Oslo", 1, null, null, null, null),
            new Tags("u11", "Oslo", 1, null, null, null, null),
            new Tags(TaggedHistory.ABOVE, "Bergen", 1, null, null, null, null),
            new Tags(TaggedHistory.BELOW, "Bergen", 1, null, null, null, null));
    history.writeTags(spec.tags().table(), tags);
    assertThatThrownBy(() -> recompute(spec, Way.BLOCKS, false))
        .rootCause()
        .hasMessageContaining("set apart, pv of group [(none)] on 2026-01-11")
        .hasMessageContaining("is more than bigint; declare 'sums: { pv: \"decimal(38,0)\" }'");

    HistorySpec wide = withSums(spec, Map.of("pv", MetricType.decimal(38, 0)));
    assertRefused(
        () -> recompute(wide, Way.BLOCKS, false),
        "table dws.reading_apart_1d does not have the columns its job declares");
    history.lake.spark().sql("DROP TABLE " + history.lake.identifier(wide.servingTable("apart")));
    for (Way way : Way.values()) {
      assertThat(recompute(wide, way, true))
          .as("%s", way)
          .extracting(Outcome::status)
          .containsExactly(Status.MADE);
      assertServes(wide, tags);
    }
    assertThat(
            history.read(
                "SELECT max(pv), min(pv) FROM "
                    + history.lake.identifier(wide.servingTable("apart"))))
        .singleElement(STRING)
        .matches("18446744073709\\d{6} \\| -18446744073709\\d{6}");
  }

  @Test
  void aBrokenFileIsNamed() throws IOException {
    HistorySpec spec = spec(TaggedHistory.TAGS.toString(), "", "broken");
    Table blocks = history.lake.load(spec.blocksTable());
    DataFile largest = null;
    for (DataFile file : blocks.currentSnapshot().addedDataFiles(blocks.io())) {
      largest =
          largest == null || file.fileSizeInBytes() > largest.fileSizeInBytes() ? file : largest;
    }
    Path path = Path.of(URI.create(largest.location()).getPath());
    byte[] whole = Files.readAllBytes(path);
    try {
      byte[] broken = whole.clone();
      broken[daysStream(whole) + 12] ^= 0x10;
      Files.write(path, broken);
      assertThatThrownBy(() -> recompute(spec, Way.BLOCKS, false))
          .rootCause()
          .hasMessageContainingAll("dws.reading_block_td, file", path.getFileName() + ", users ");
      Files.delete(path);
      assertThatThrownBy(() -> recompute(spec, Way.BLOCKS, false))
          .hasStackTraceContaining("dws.reading_block_td, file")
          .hasStackTraceContaining(path.getFileName() + " cannot be read");
    } finally {
      Files.write(path, whole);
    }
    assertThat(history.lake.load(spec.servingTable("broken")).currentSnapshot()).isNull();
  }

  @Test
  void trinoServesTheSameRowsAndFiltersThemAsTheyLie() throws SQLException {
    assumeTrue(Java25.home().isPresent(), Java25.NOT_FOUND);
    SharedServers.prepareTrino();
    HistorySpec spec = spec("dim.shown_tag", "", "shown");
    history.writeTags(spec.tags().table(), history.tags);
    assertThat(status(spec)).isEqualTo(Status.MADE);
    CatalogSettings catalog = history.lake.environment().catalog();
    Trino trino = SharedServers.trino();
    trino.createCatalog(catalog.name(), TrinoProperties.of(catalog));

    String query =
        "SELECT * FROM %s_v WHERE city = '(none)' AND dt >= DATE '2026-02-01' ORDER BY dt"
            .formatted(history.lake.identifier(spec.servingTable("shown")));
    assertThat(trino.query(query))
        .hasSizeGreaterThan(10)
        .isEqualTo(
            history.lake.spark().sql(query).collectAsList().stream().map(Rendered::row).toList());
    assertThat(trino.query("EXPLAIN " + query).toString())
        .containsPattern(
            "table = [^\\n]*reading_shown_1d[^\\n]*filterPredicate = \\(\\(city = varchar '\\(none\\)'\\)");
  }

  @Test
  void aQueryAddsUpAnyTags() throws SQLException {
    LocalDate first = LAST.minusDays(19);
    Answer answer =
        new TagQuery(history.lake, history.spec, BucketProgress.SILENT)
            .ask(
                new TagQuery.Request(
                    List.of("vip", "points"),
                    Optional.of("level >= 0 AND user_id <> 'u1'"),
                    Optional.empty(),
                    20,
                    List.of("paid"),
                    false,
                    Optional.empty(),
                    100));
    assertThat(answer.columns()).containsExactly("vip", "points", "users", "user_days", "paid");
    try (TagOracle oracle = new TagOracle(history.days(first, LAST), history.tags, first, LAST)) {
      assertThat(answer.rows().stream().map(TagOracle::text).toList())
          .containsExactlyInAnyOrderElementsOf(
              oracle.rows(
                  """
                  SELECT vip, CAST(level // 2 AS BIGINT) AS points, count(DISTINCT user_id), count(*), sum(paid)
                  FROM active JOIN tag USING (user_id) WHERE level >= 0 AND user_id <> 'u1'
                  GROUP BY ALL"""));
      Answer daily =
          new TagQuery(history.lake, history.spec, BucketProgress.SILENT)
              .ask(
                  new TagQuery.Request(
                      List.of(),
                      Optional.empty(),
                      Optional.empty(),
                      20,
                      List.of("pv"),
                      true,
                      Optional.empty(),
                      7));
      assertThat(daily.more()).isTrue();
      assertThat(daily.rows().stream().map(TagOracle::text).toList())
          .isEqualTo(
              oracle.rows(
                  "SELECT dt, count(*), sum(pv) FROM active GROUP BY dt ORDER BY dt LIMIT 7"));
    }
    TagQuery query = new TagQuery(history.lake, history.spec, BucketProgress.SILENT);
    assertRefused(() -> query.ask(query("town", null, 20)), "'town' is no tag of history reading;");
    assertRefused(
        () -> query.ask(query("city", "levl > 3", 20)),
        "'levl > 3' is no condition on dim.user_tag");
    assertRefused(
        () -> query.ask(query("city", null, 41)),
        "history reading has the days from 2026-01-11 to 2026-02-19; 41 days to 2026-02-19");
  }

  @Test
  void analystsAddUpRowsWithAFunction() {
    history
        .lake
        .spark()
        .conf()
        .set("spark.sql.catalog.tags", "io.tidemark.tags.sql.HistoryFunctions");
    String view = history.lake.identifier(history.spec.view());
    String tags = history.lake.identifier(TaggedHistory.TAGS);
    assertThat(
            history.read(
                """
                SELECT city, inline(totals) FROM (
                  SELECT city, tags.history_totals(days, paid, score, balance) AS totals
                  FROM %s LEFT JOIN %s USING (user_id) GROUP BY city)
                ORDER BY 1, 2"""
                    .formatted(view, tags)))
        .hasSizeGreaterThan(50)
        .isEqualTo(
            history.read(
                """
                SELECT city, dt, count(*), sum(paid), sum(score), CAST(sum(balance) AS DECIMAL(38,2))
                FROM (SELECT city, inline(arrays_zip(days, paid, score, balance)) AS (dt, paid, score, balance) FROM %s LEFT JOIN %s USING (user_id))
                GROUP BY city, dt ORDER BY 1, 2"""
                    .formatted(view, tags)));
    assertThatThrownBy(() -> history.read("SELECT tags.history_totals(user_id) FROM " + view))
        .hasMessageContaining("the first argument is the array of days");

    String large = view + " WHERE user_id IN ('u5', 'u11')";
    assertThatThrownBy(() -> history.read("SELECT tags.history_totals(days, pv) FROM " + large))
        .hasStackTraceContaining("history_totals, argument 2, on 2026-01-1")
        .hasStackTraceContaining("give it transform(VALUES, v -> CAST(v AS decimal(19,0)))");
    assertThat(
            history.read(
                "SELECT max(t.sum_1) FROM (SELECT inline(tags.history_totals(days, transform(pv, v -> CAST(v AS decimal(19,0))))) AS (dt, users, sum_1) FROM "
                    + large
                    + ") t"))
        .containsExactly(
            BigInteger.valueOf(Long.MAX_VALUE - 7).multiply(BigInteger.TWO).toString());
  }

  /** Where the first stream of days begins. */
  private static int daysStream(byte[] file) {
    int at = 4;
    while (file[at] != 0x54 || file[at + 1] != 1 || file[at + 2] != 1) {
      at++;
    }
    return at;
  }

  private static TagQuery.Request query(String by, String where, int days) {
    return new TagQuery.Request(
        List.of(by),
        Optional.ofNullable(where),
        Optional.empty(),
        days,
        List.of(),
        false,
        Optional.empty(),
        10);
  }

  /** The history by other tags, with one set of its own. */
  private HistorySpec spec(String table, String day, String set) {
    TagTable tags = new TagTable(TableName.parse(table), day, TaggedHistory.tagColumns());
    HistorySpec all = TaggedHistory.spec(tags);
    return new HistorySpec(
        all.name(),
        "",
        "",
        all.user(),
        all.userType(),
        all.days(),
        all.inputs(),
        tags,
        Map.of(set, List.of("city")),
        all.rolling(),
        all.retention(),
        all.output(),
        all.layout());
  }

  private static HistorySpec withSums(HistorySpec spec, Map<String, MetricType> sums) {
    return new HistorySpec(
        spec.name(),
        spec.description(),
        spec.owner(),
        spec.user(),
        spec.userType(),
        spec.days(),
        spec.inputs(),
        spec.tags(),
        spec.sets(),
        spec.rolling(),
        spec.retention(),
        sums,
        spec.output(),
        spec.layout(),
        spec.fullEvery());
  }

  private Status status(HistorySpec spec) {
    return recompute(spec, Way.BLOCKS, false).get(0).status();
  }

  private List<Outcome> recompute(HistorySpec spec, Way way, boolean full) {
    return new Recompute(history.lake, spec, BucketProgress.SILENT)
        .run(new Request(LAST, List.of(), Optional.empty(), way, full));
  }

  private List<Outcome> recompute(HistorySpec spec, LocalDate tagsAsOf) {
    return new Recompute(history.lake, spec, BucketProgress.SILENT)
        .run(new Request(LAST, List.of(), Optional.of(tagsAsOf), Way.BLOCKS, false));
  }

  /** Every set's table has the rows that DuckDB finds, in their order. */
  private void assertServes(HistorySpec spec, List<Tags> tags) throws SQLException {
    try (TagOracle oracle = new TagOracle(history.days(WINDOW, LAST), tags, WINDOW, LAST)) {
      for (String set : spec.sets().keySet()) {
        assertThat(history.read("SELECT * FROM " + history.lake.identifier(spec.servingTable(set))))
            .as("seed %d, set %s", seed, set)
            .isEqualTo(oracle.result(spec.sets().get(set)));
      }
    }
  }

  private interface Call {
    Object run();
  }

  private static void assertRefused(Call call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(UserError.class).hasMessageStartingWith(message);
  }
}
