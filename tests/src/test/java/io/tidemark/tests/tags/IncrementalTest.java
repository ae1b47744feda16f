package io.tidemark.tests.tags;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.attribute.BucketProgress;
import io.tidemark.tags.attribute.Recompute;
import io.tidemark.tags.attribute.Recompute.Outcome;
import io.tidemark.tags.attribute.Recompute.Request;
import io.tidemark.tags.attribute.Recompute.Status;
import io.tidemark.tags.attribute.Recompute.Way;
import io.tidemark.tags.attribute.RecomputeAction;
import io.tidemark.tags.attribute.RecomputeOptions;
import io.tidemark.tags.attribute.Room;
import io.tidemark.tags.attribute.plan.RecomputeRecord;
import io.tidemark.tags.attribute.plan.RowHash;
import io.tidemark.tags.build.HistoryBuild;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.plan.BuildPlan;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import io.tidemark.tags.spec.TagTable;
import io.tidemark.tags.spec.TagTable.Tag;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.servers.Rendered;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Results that are brought forward from day to day, while days come, go and are corrected and users
 * change their tags, are those that are added up in full; and one that somebody has touched is
 * found.
 */
@AnyZone
class IncrementalTest {
  private static final TableName READING = new TableName("dws", "reading_user_1d");
  private static final TableName TAGS = new TableName("dim", "user_tag");
  private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
  private static final int NEVER_FULL = 1000;

  private final long seed = Seed.of("IncrementalTest");
  private final Random random = new Random(seed);
  private final Map<String, Object[]> tags = new TreeMap<>();
  private Lakehouse lake;
  private PublishedDays readings;

  /** Whether users are numbers, and tags have a day. */
  private boolean numbered;

  private LocalDate tagDay = FIRST;

  @BeforeEach
  void openLake(@TempDir Path folder) {
    lake = HistoryProject.open(folder);
  }

  private void publishFirst(LocalDate last) {
    readings = new PublishedDays(lake, READING, columns());
    List<Row> rows = new ArrayList<>();
    for (LocalDate each = FIRST; !each.isAfter(last); each = each.plusDays(1)) {
      rows.addAll(rows(each, 30));
    }
    readings.publishAll(frame(rows), FIRST, last);
    for (int user = 0; user < 25; user++) {
      tag("u" + user);
    }
    writeTags();
  }

  private String columns() {
    return "user_id %s, pv BIGINT, paid DECIMAL(18,4)".formatted(numbered ? "BIGINT" : "STRING");
  }

  private Object user(String name) {
    return numbered ? Long.valueOf(name.substring(1)) : name;
  }

  @Test
  void everyDayIsWhatIsAddedUpInFullAndWhatSomebodyTouchedIsFound() {
    LocalDate day = FIRST.plusDays(19);
    publishFirst(day);
    build(day);
    assertThat(recompute(day))
        .isEqualTo(
            "in full: what is there cannot be brought forward, as was wished: set city has no result yet, or somebody else has changed it");

    // Users move, some to a city that nobody was in; one city loses its last; a row goes.
    day = day.plusDays(1);
    publish(day, 33);
    tags.values().stream().filter(each -> "Rome".equals(each[0])).forEach(each -> each[0] = "Oslo");
    tags.get("u1")[0] = "Paris";
    tags.remove("u2");
    tag("u31");
    writeTags();
    build(day);
    assertThat(recompute(day)).startsWith("incremental, ").contains(" % of users changed tags");
    assertIsAsInFull(day);

    // The tags stay, days of closed pieces are corrected.
    correct(FIRST.plusDays(13), 35);
    day = day.plusDays(1);
    publish(day, 33);
    build(day);
    assertThat(recompute(day)).isEqualTo("incremental, the tags are the same; as wished");
    assertIsAsInFull(day);

    // A day is left out, the latest before is corrected, and everybody may move; memory holds the
    // cells of few groups at once.
    day = day.plusDays(1);
    publish(day, 33);
    day = day.plusDays(1);
    publish(day, 36);
    correct(day.minusDays(2), 20);
    for (int user = 0; user < 36; user++) {
      if (random.nextInt(3) == 0) {
        tag("u" + user);
      }
    }
    writeTags();
    build(day);
    assertThat(recompute(day, new Room(Optional.of(1L)), true)).startsWith("incremental, ");
    assertIsAsInFull(day);
    assertThat(
            new Recompute(lake, spec("", NEVER_FULL), BucketProgress.SILENT)
                .run(
                    new Request(day, List.of("level_interests"), Optional.empty(), Way.DAYS, true)))
        .as("seed %d", seed)
        .extracting(Outcome::status)
        .containsOnly(Status.MADE);
    tag("u3");
    writeTags();
    StringWriter told = new StringWriter();
    assertThat(act(day, told)).as(told.toString()).isEqualTo(ExitCodes.OK);
    assertThat(told.toString())
        .contains("in full, and compared: the last full result is of " + FIRST.plusDays(19));

    String touched = touch(day.minusDays(8), true);
    day = day.plusDays(1);
    publish(day, 33);
    build(day);
    told = new StringWriter();
    assertThat(act(day, told)).as(told.toString()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(told.toString())
        .containsPattern(
            "✗ set city, group \\["
                + Pattern.quote(touched)
                + "\\], "
                + day.minusDays(9)
                + ", pv: \\S+ in full, \\S+ brought forward")
        .contains("differs from what bringing the result before forward gives");
    assertThat(
            texts(
                "SELECT why FROM ops.tag_run WHERE way = 'verified' AND why LIKE '%differences%'"))
        .singleElement()
        .asString()
        .containsPattern(
            "; differences \\(\\d+\\): set city, group \\["
                + Pattern.quote(touched)
                + "\\], \\S+, pv: .* brought forward");
    assertIsAsInFull(day);

    touch(day.minusDays(5), false);
    tag("u4");
    writeTags();
    assertThat(recompute(day))
        .isEqualTo("in full, and compared: what is served of city is not what was written");

    tag("u5");
    writeTags();
    lake.load(TAGS).expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    assertThat(recompute(day))
        .matches(
            "in full: .* as was wished: snapshot \\d+ of the tag table dim.user_tag, by which it was made, has expired");
    assertThat(
            texts(
                "SELECT way, count(*) FROM %s WHERE history = 'reading' AND size(sets) = 2 AND array_contains(sets, 'city') AND coefficients['add'] > 0 GROUP BY way ORDER BY way"
                    .formatted(lake.identifier(TableName.parse("ops.tag_run")))))
        .containsExactly(
            "String blocks | Long 2", "String incremental | Long 3", "String verified | Long 3");

    // By now there are measurements to choose by.
    tag("u6");
    writeTags();
    assertThat(recompute(day, Room.OF_EXECUTOR, false))
        .matches(
            "(incremental, |in full: ).*% of users changed tags; estimated \\d+\\.\\d s against \\d+\\.\\d s .*|in full: even if nobody had changed tags: .*");
  }

  @Test
  void whatComesOfOtherColumnsOrOtherBuildsIsNoBasis() {
    LocalDate day = FIRST.plusDays(13);
    publishFirst(day);
    build(day);
    recompute(day);

    // One set is added up in full on another day than the other, and each remembers its own.
    LocalDate second = day.plusDays(1);
    publish(second, 33);
    build(second);
    assertThat(recompute(second)).startsWith("incremental, ");
    run(second, List.of("city"), true);
    LocalDate third = second.plusDays(1);
    publish(third, 33);
    build(third);
    assertThat(recompute(third)).startsWith("incremental, ");
    assertThat(record("city").full()).isEqualTo(second.toString());
    assertThat(record("level_interests").full()).isEqualTo(day.toString());

    // A name goes over to another column: rows of then have nothing there.
    String columns = "a column of the tag table is another one than then";
    alterTags("RENAME COLUMN city TO city_old");
    alterTags("ADD COLUMN city STRING");
    writeTags();
    assertThat(recompute(third)).endsWith(columns);
    assertIsAsInFull(third);
    alterTags("RENAME COLUMN level TO level_old");
    alterTags("ADD COLUMN level INT");
    assertThat(run(third, List.of(), false))
        .as("nothing was loaded, and one set has nothing to do with that column")
        .extracting(Outcome::status)
        .containsExactly(Status.UNCHANGED, Status.MADE);
    assertThat(texts("SELECT DISTINCT level FROM dws.reading_level_interests_1d"))
        .containsExactly("NULL");
    writeTags();

    lake.spark()
        .sql(
            "INSERT INTO %s SELECT 'u90', NULL, NULL, array('ski'), 'Rome', 1 FROM range(2)"
                .formatted(lake.identifier(TAGS)));

    // The history is dropped, and its builds are numbered from 1 again.
    HistorySpec spec = spec("", 0);
    for (TableName each : List.of(spec.blocksTable(), spec.usersTable(), spec.directoryTable())) {
      lake.spark().sql("DROP TABLE " + lake.identifier(each));
    }
    build(third);
    assertThat(recompute(third))
        .endsWith("what is there is of a history that was dropped since, and built again");
    assertThat(record("city").build()).isEqualTo(1);

    // Nobody knew the user then of whom there were two rows.
    LocalDate fourth = third.plusDays(1);
    List<Row> withNew = rows(fourth, 33);
    withNew.add(RowFactory.create(fourth, "u90", 1L, null));
    readings.publishAll(frame(withNew), fourth, fourth);
    writeTags();
    build(fourth);
    assertThat(recompute(fourth))
        .matches(
            "in full: .* as was wished: the tags of then, in snapshot \\d+, are refused: the tag table dim.user_tag has several rows of a user, for example u90");

    // What was found is told, even if nobody can note it.
    String touched = touch(fourth.minusDays(5), true);
    lake.spark().sql("ALTER TABLE ops.tag_run DROP COLUMN bytes");
    lake.spark().sql("ALTER TABLE ops.tag_run ADD COLUMN bytes STRING");
    LocalDate fifth = fourth.plusDays(1);
    publish(fifth, 33);
    build(fifth);
    StringWriter told = new StringWriter();
    assertThat(act(fifth, told)).as(told.toString()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(told.toString()).contains("✗ set city, group [" + touched + "], ");
  }

  @Test
  void soAreUsersByNumberTagsOfDaysAWithdrawnDayAndABucketMadeAnew() {
    numbered = true;
    publishFirst(FIRST.plusDays(7));
    LocalDate withdrawn = FIRST.plusDays(8);
    correct(withdrawn, 30);
    LocalDate day = withdrawn.plusDays(1);
    for (; day.isBefore(FIRST.plusDays(14)); day = day.plusDays(1)) {
      publish(day, 30);
    }
    day = day.minusDays(1);
    build(day);
    recompute(day);

    readings.undo(withdrawn);
    day = day.plusDays(1);
    publish(day, 33);
    tagDay = day;
    tag("u3");
    tags.get("u4")[0] = "Paris";
    writeTags();
    build(day);
    assertThat(recompute(day)).startsWith("incremental, ").contains(" % of users changed tags");
    assertIsAsInFull(day);
    assertThat(record("city").tagDay()).isEqualTo(day.toString());

    new HistoryBuild(lake, spec("", 0), line -> {})
        .run(new BuildPlan.Request(Mode.BUCKET, day, OptionalInt.of(1)));
    assertThat(recompute(day)).endsWith("the history, or a bucket of it, was made anew since");
  }

  private void alterTags(String change) {
    lake.spark().sql("ALTER TABLE %s %s".formatted(lake.identifier(TAGS), change));
  }

  /** Recomputes some sets; wishes for them to be brought forward, or for all of it anew. */
  private List<Outcome> run(LocalDate day, List<String> sets, boolean full) {
    return new Recompute(lake, spec("", NEVER_FULL), BucketProgress.SILENT)
        .run(new Request(day, sets, Optional.empty(), Way.BLOCKS, full, !full));
  }

  /** What the result of a set that is served says of itself. */
  private RecomputeRecord record(String set) {
    return RecomputeRecord.parse(
        lake.load(spec("", 0).servingTable(set))
            .currentSnapshot()
            .summary()
            .get(TableState.TAG_RECOMPUTE));
  }

  /** Recomputes, brought forward as wished; what was done and why. */
  private String recompute(LocalDate day) {
    return recompute(day, Room.OF_EXECUTOR, true);
  }

  private String recompute(LocalDate day, Room room, boolean wished) {
    List<Outcome> outcomes =
        new Recompute(lake, spec("", NEVER_FULL), room, BucketProgress.SILENT)
            .run(new Request(day, List.of(), Optional.empty(), Way.BLOCKS, false, wished));
    String how = outcomes.get(0).how();
    assertThat(outcomes).extracting(Outcome::how).containsOnly(how);
    boolean touched = how.contains("not what was written");
    assertThat(outcomes)
        .extracting(Outcome::status)
        .containsExactly(touched ? Status.DIFFERS : Status.MADE, Status.MADE);
    return how;
  }

  private int act(LocalDate day, StringWriter told) {
    return new RecomputeAction(lake, new PrintWriter(told), new PrintWriter(told, true))
        .run(List.of(spec("", 1)), day, Optional.empty(), new RecomputeOptions());
  }

  /** Every row of every set is that of a result that comes from the blocks alone. */
  private void assertIsAsInFull(LocalDate day) {
    new Recompute(lake, spec("_full", 0), BucketProgress.SILENT)
        .run(new Request(day, List.of(), Optional.empty(), Way.BLOCKS, true));
    for (String set : spec("", 0).sets().keySet()) {
      List<String> served =
          texts(
              "SELECT * EXCEPT (pv_users, paid_users) FROM "
                  + lake.identifier(spec("", 0).servingTable(set)));
      assertThat(served)
          .as("seed %d, %s, set %s", seed, day, set)
          .hasSizeGreaterThan(20)
          .isEqualTo(
              texts("SELECT * FROM " + lake.identifier(spec("", 0).servingTable(set + "_full"))));
    }
  }

  /** Changes a number of a city of the day, as if it had been computed so; tells which city. */
  private String touch(LocalDate day, boolean countedAgain) {
    Table table = lake.load(spec("", 0).servingTable("city"));
    String name = lake.identifier(spec("", 0).servingTable("city"));
    RecomputeRecord record = record("city");
    // Who is where is random: a city that has a row of the day, whichever it is.
    String city =
        lake.spark()
            .sql("SELECT min(city) FROM %s WHERE dt = DATE'%s'".formatted(name, day))
            .first()
            .getString(0);
    assertThat(city).as("seed %d: a city with a row of %s", seed, day).isNotNull();
    lake.spark()
        .sql(
            "UPDATE %s SET pv = coalesce(pv, 0) + 1 WHERE city = '%s' AND dt = DATE'%s'"
                .formatted(name, city, day));
    if (countedAgain) {
      long hash = 0;
      long count = 0;
      for (Row row : lake.spark().sql("SELECT * FROM " + name).collectAsList()) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = row.get(i);
        }
        hash += RowHash.of(values);
        count++;
      }
      record = record.counted(count, hash);
    }
    table.refresh();
    table.newAppend().set(TableState.TAG_RECOMPUTE, record.toJson()).commit();
    return city;
  }

  private List<String> texts(String sql) {
    return lake.spark().sql(sql).collectAsList().stream().map(Rendered::row).toList();
  }

  private HistorySpec spec(String suffix, int fullEvery) {
    Map<String, MetricType> metrics = new LinkedHashMap<>();
    metrics.put("pv", MetricType.INTEGER);
    metrics.put("paid", MetricType.decimal(18, 4));
    Map<String, Tag> columns = new LinkedHashMap<>();
    columns.put("city", new Tag(ColumnType.parse("string"), false));
    columns.put("level", new Tag(ColumnType.parse("int"), false));
    columns.put("interests", new Tag(ColumnType.parse("string"), true));
    Map<String, List<String>> sets = new LinkedHashMap<>();
    sets.put("city" + suffix, List.of("city"));
    sets.put("level_interests" + suffix, List.of("level", "interests"));
    return new HistorySpec(
        "reading",
        "",
        "",
        "user_id",
        numbered ? UserType.BIGINT : UserType.STRING,
        14,
        Map.of(READING, metrics),
        new TagTable(TAGS, numbered ? "dt" : "", columns),
        sets,
        List.of(3),
        List.of(1, 4),
        Map.of("pv", MetricType.decimal(38, 0)),
        new TableName("dws", "reading"),
        new HistoryLayout(2, 2, 8, 4),
        fullEvery);
  }

  private void build(LocalDate day) {
    new HistoryBuild(lake, spec("", 0), line -> {})
        .run(new BuildPlan.Request(Mode.DAY, day, OptionalInt.empty()));
  }

  private void publish(LocalDate day, int users) {
    readings.publishAll(frame(rows(day, users)), day, day);
  }

  private void correct(LocalDate day, int users) {
    readings.publish(day, frame(rows(day, users)));
  }

  /** Some users of so many, with values of which many are 0 or NULL. */
  private List<Row> rows(LocalDate day, int users) {
    List<Row> rows = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      if (random.nextInt(user % 4 + 1) == 0) {
        Long pv = random.nextInt(3) == 0 ? null : Long.valueOf(random.nextInt(4) - 1);
        BigDecimal paid =
            random.nextInt(2) == 0 ? null : BigDecimal.valueOf(random.nextInt(3) * 10_000L, 4);
        rows.add(RowFactory.create(day, user("u" + user), pv, paid));
      }
    }
    return rows;
  }

  private Dataset<Row> frame(List<Row> rows) {
    return lake.spark().createDataFrame(rows, StructType.fromDDL("dt DATE, " + columns()));
  }

  private void tag(String user) {
    String[] cities = {"Oslo", "Bergen", "Rome", null};
    String[] interests = {"ski", "chess", "news"};
    List<String> own = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      own.add(interests[random.nextInt(interests.length)]);
    }
    tags.put(
        user,
        new Object[] {
          cities[random.nextInt(cities.length)],
          random.nextInt(4) == 0 ? null : Integer.valueOf(random.nextInt(3)),
          own.toArray(String[]::new)
        });
  }

  private void writeTags() {
    List<Row> rows = new ArrayList<>();
    tags.forEach((user, own) -> rows.add(RowFactory.create(user(user), own[0], own[1], own[2])));
    String columns =
        "user_id %s, city STRING, level INT, interests ARRAY<STRING>"
            .formatted(numbered ? "BIGINT" : "STRING");
    lake.spark()
        .createDataFrame(rows, StructType.fromDDL(columns))
        .createOrReplaceTempView("new_tags");
    lake.spark().sql("CREATE NAMESPACE IF NOT EXISTS dim");
    lake.spark()
        .sql(
            "CREATE TABLE IF NOT EXISTS %s (%s%s) USING iceberg"
                .formatted(lake.identifier(TAGS), columns, numbered ? ", dt DATE" : ""));
    String values =
        Arrays.stream(lake.spark().table(lake.identifier(TAGS)).columns())
            .map(
                column ->
                    column.equals("dt")
                        ? "DATE'%s' AS dt".formatted(tagDay)
                        : column.endsWith("_old") ? "NULL AS " + column : column)
            .collect(Collectors.joining(", "));
    lake.spark()
        .sql(
            "INSERT %s %s SELECT %s FROM new_tags"
                .formatted(numbered ? "INTO" : "OVERWRITE", lake.identifier(TAGS), values));
  }
}
