package io.tidemark.tests.bench;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.tags.attribute.BucketProgress;
import io.tidemark.tags.attribute.HistoryRows;
import io.tidemark.tags.attribute.Recompute;
import io.tidemark.tags.attribute.Recompute.Way;
import io.tidemark.tags.build.BuildResult;
import io.tidemark.tags.build.HistoryBuild;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tests.bench.Benchmark.Plan;
import io.tidemark.tests.bench.Timings.Taken;
import io.tidemark.tests.lakehouse.Repository;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** The tables of one size, their history, and what is asked of both. */
final class TagSides {
  static final String TIDEMARK = "Tidemark";
  static final String SPARK = "Spark SQL";
  static final String DUCKDB = "DuckDB";

  private static final LocalDate FIRST_DAY = LocalDate.of(2024, 1, 1);
  private static final double MEGABYTE = 1 << 20;

  /**
   * How far back a history goes, and how it lies on disk.
   *
   * @param days how many days it has
   * @param moreDays days that are built one by one behind the first of those
   * @param layout on disk
   */
  record Shape(int days, int moreDays, HistoryLayout layout) {}

  private final Plan plan;
  private final Shape shape;
  private final PrintWriter out;
  private final TagTables tables;
  private final HistorySpec spec;
  private final TagSql sql;
  private Taken rebuilt;
  private long userDays;
  private long dailyBytes;
  private long historyBytes;
  private Taken days = new Taken(0, 0);

  TagSides(Plan plan, Shape shape, Path home, PrintWriter out) {
    this.plan = plan;
    this.shape = shape;
    this.out = out;
    Lakehouse lake =
        Lakehouse.open(
            Declarations.read(
                    Repository.conf(),
                    "local",
                    Map.of(
                        "catalog.warehouse",
                        home.resolve("warehouse").toString(),
                        "spark.spark.sql.shuffle.partitions",
                        "32"))
                .environment());
    this.tables =
        new TagTables(
            lake,
            new TagUsers(plan.events(), shape.days() + shape.moreDays(), plan.seed()),
            FIRST_DAY);
    this.spec = tables.history(shape.days(), shape.layout());
    this.sql = new TagSql(tables, home.resolve("duckdb"));
  }

  /** Makes the tables, and the history of what was published. */
  void prepare() {
    Stopwatch watch = new Stopwatch();
    tables.write(shape.days());
    userDays = tables.userDays();
    dailyBytes = TagTables.bytes(tables.lake().load(TagTables.DAILY));
    say(
        "%,10d users, %,d user-days, %.2f bytes of daily rows each; made in %.0f s",
        plan.events(), userDays, (double) dailyBytes / userDays, watch.seconds());
    Stopwatch building = new Stopwatch();
    BuildResult result = build(Mode.ALL, shape.days() - 1);
    rebuilt = new Taken(building.seconds(), building.cpuSeconds());
    historyBytes = result.bytes().blocks() + result.bytes().directory();
    say(
        "%,10d users, history built in %.1f s, cpu %.0f s: %,d bytes of blocks, %,d of the directory, %,d of users' rows",
        plan.events(),
        rebuilt.seconds(),
        rebuilt.cpuSeconds(),
        result.bytes().blocks(),
        result.bytes().directory(),
        result.bytes().users());
  }

  /** Asks all sides every question; whether they agree. */
  boolean ask(String round, Map<TagQuestion, Timings> taken) {
    boolean equal = true;
    for (TagQuestion question : TagQuestion.values()) {
      Timings timings = taken.computeIfAbsent(question, key -> new Timings());
      // Between the others: a second is easily disturbed.
      List<List<Long>> found = tidemark(question, round, timings);
      equal &=
          same(
              question,
              found,
              DUCKDB,
              time(DUCKDB, question, round, timings, () -> sql.byDuckDb(question)));
      equal &= same(question, found, TIDEMARK, tidemark(question, round, timings));
      equal &=
          same(
              question,
              found,
              SPARK,
              time(SPARK, question, round, timings, () -> sql.bySpark(question)));
      equal &= same(question, found, TIDEMARK, tidemark(question, round, timings));
      say("%,10d users  %-8s %-26s checksums %s", plan.events(), round, question.text(), found);
    }
    return equal;
  }

  /** Five tags from the history alone. */
  Timings fiveTags(int rounds) {
    Timings timings = new Timings();
    for (int round = 1; round <= rounds; round++) {
      for (int turn = 0; turn < 3; turn++) {
        tidemark(TagQuestion.FIVE, "round " + round, timings);
      }
    }
    return timings;
  }

  /** A set of 300 x 2,000 groups, of which memory does not hold all days at once. */
  boolean manyGroups() {
    List<List<String>> sets = List.of(List.of("t300", "t2000"));
    List<List<Long>> found =
        measured(
            TIDEMARK,
            "300 x 2,000 groups",
            "",
            new Timings(),
            () -> rows(sets, TagQuestion.FIVE.metrics()));
    List<List<Long>> one = rows(TagQuestion.ONE.sets(), TagQuestion.ONE.metrics());
    // Every other number is a plain sum, which does not depend on the groups.
    boolean equal = true;
    for (int i = 1; i < found.get(0).size(); i += 2) {
      equal &= found.get(0).get(i).equals(one.get(0).get(i));
    }
    if (!equal) {
      say("NOT EQUAL: 300 x 2,000 groups come to %s, 35 to %s", found, one);
    }
    return equal;
  }

  /** Recomputes five tags with their serving tables, as it is done every night. */
  void store() {
    List<String> sets = TagQuestion.FIVE.sets().stream().map(set -> String.join("_", set)).toList();
    measured(
        TIDEMARK,
        "five tags, stored",
        "",
        new Timings(),
        () ->
            new Recompute(tables.lake(), spec, BucketProgress.SILENT)
                .run(
                    new Recompute.Request(
                        tables.day(shape.days() - 1), sets, Optional.empty(), Way.BLOCKS, true)));
  }

  /**
   * Processor seconds of reading the users' rows, and nothing else: the least that a recompute from
   * them, instead of from the blocks, would take.
   */
  double readUserRows() {
    Timings timings = new Timings();
    measured(
        TIDEMARK,
        "users' rows, only read",
        "",
        timings,
        () -> {
          tables
              .lake()
              .spark()
              .table(tables.lake().identifier(spec.usersTable()))
              .write()
              .format("noop")
              .mode("overwrite")
              .save();
          return spec.usersTable();
        });
    return timings.medianCpu(TIDEMARK);
  }

  /** Publishes and builds some more days, one by one. */
  Optional<List<BuildResult>> upkeep() {
    List<BuildResult> results = new ArrayList<>();
    for (int day = shape.days(); day < shape.days() + shape.moreDays(); day++) {
      tables.publish(day, day);
      Stopwatch watch = new Stopwatch();
      BuildResult result = build(Mode.DAY, day);
      Taken taken = new Taken(watch.seconds(), watch.cpuSeconds());
      days = days.and(taken);
      results.add(result);
      say(
          "%,10d users, %s built in %.2f s, cpu %.1f s: %,d bytes written, %.2f %% of %,d",
          plan.events(),
          tables.day(day),
          taken.seconds(),
          taken.cpuSeconds(),
          result.bytes().sum(),
          100 * result.share(),
          result.sizes().stored());
    }
    return results.stream().allMatch(BuildResult::isMade) ? Optional.of(results) : Optional.empty();
  }

  /** Of what is read to recompute, as it was built. */
  double bytesPerUserDay() {
    return (double) historyBytes / userDays;
  }

  double shareOfDailyBytes() {
    return (double) historyBytes / dailyBytes;
  }

  /** How many times the processor time of a day that was built alone everything took. */
  double rebuildOfDays() {
    return rebuilt.cpuSeconds() * shape.moreDays() / days.cpuSeconds();
  }

  private BuildResult build(Mode mode, int day) {
    return new HistoryBuild(tables.lake(), spec, line -> {})
        .run(new Request(mode, tables.day(day), OptionalInt.empty()));
  }

  private boolean same(
      TagQuestion question, List<List<Long>> expected, String side, List<List<Long>> found) {
    boolean same = found.equals(expected) && expected.stream().noneMatch(List::isEmpty);
    if (!same) {
      say("NOT EQUAL: %s, Tidemark %s, %s %s", question.text(), expected, side, found);
    }
    return same;
  }

  private List<List<Long>> tidemark(TagQuestion question, String round, Timings timings) {
    return time(
        TIDEMARK, question, round, timings, () -> rows(question.sets(), question.metrics()));
  }

  private List<List<Long>> rows(List<List<String>> sets, List<String> metrics) {
    Map<String, List<String>> named = new LinkedHashMap<>();
    sets.forEach(set -> named.put(String.join("_", set), set));
    List<TagRowSums.Part> parts =
        new HistoryRows(tables.lake(), spec, BucketProgress.SILENT)
            .compute(named, metrics, TagRowSums.of(sets, FIRST_DAY));
    return TagRowSums.together(parts, sets.size());
  }

  private List<List<Long>> time(
      String side,
      TagQuestion question,
      String round,
      Timings timings,
      Supplier<List<List<Long>>> work) {
    return measured(side, question.text(), round, timings, work);
  }

  private <T> T measured(
      String side, String what, String round, Timings timings, Supplier<T> work) {
    PeakMemory memory = PeakMemory.start();
    Stopwatch watch = new Stopwatch();
    T found = work.get();
    Taken taken = new Taken(watch.seconds(), watch.cpuSeconds());
    timings.add(side, taken);
    say(
        "%,10d users  %-8s %-26s %-10s %7.2f s  cpu %6.1f s  peak heap %,6.0f MB",
        plan.events(),
        round,
        what,
        side,
        taken.seconds(),
        taken.cpuSeconds(),
        memory.heapBytes() / MEGABYTE);
    return found;
  }

  private void say(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
