package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.health.HealthReader;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.health.TableHealth;
import io.tidemark.compaction.plan.Candidate;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.Planner;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.tests.bench.Timings.Taken;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * How long it takes to plan the compaction of a table with a hundred thousand data files, from
 * loading the table to the finished plan, beside Spark SQL that counts files by partition in
 * Iceberg's metadata table {@code files} and decides nothing. The files are there in the metadata
 * alone: neither side opens one.
 *
 * <p>A few seconds show that planning from metadata is fast enough to be done before every rewrite.
 */
final class CompactionPlanBench implements Benchmark {
  private static final TableName NAME = new TableName("dwd", "bench");
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);
  private static final int DAYS = 100;
  private static final int COMMITS = 100;
  private static final String PLAN = "plan";
  private static final String SQL = "sql";
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: "%s" }
      checkpoints: "%s"
      kafka: { bootstrap-servers: "localhost:1" }
      spark:
        spark.master: local[*]
        spark.ui.enabled: false
        spark.sql.shuffle.partitions: 4
      """;

  /** A project has a job; this one never runs. */
  private static final String JOB =
      """
      job: ods_bench
      topic: bench
      columns: { at: { type: timestamp, format: epoch-millis, required: true } }
      event-time: { column: at }
      output: ods.bench
      """;

  @Override
  public String name() {
    return "compaction-plan";
  }

  @Override
  public String summary() {
    return "seconds to plan the compaction of a table of many files";
  }

  @Override
  public long events() {
    return 100_000;
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    Path work = Folders.fresh(plan.folder(), "compaction-plan-");
    try {
      LocalLakehouse house = open(work);
      CompactionPolicy policy = CompactionPolicy.defaultFor(NAME);
      append(house, plan);
      Timings timings = new Timings();
      boolean equal = true;
      // One round more, to warm up both.
      for (int round = 0; equal && round <= plan.rounds(); round++) {
        Timings kept = round == 0 ? new Timings() : timings;
        equal = measure(house, policy, round, kept, out);
      }
      if (equal) {
        print(plan, timings, out);
      }
      return equal;
    } finally {
      Folders.delete(work);
    }
  }

  private static LocalLakehouse open(Path home) {
    Path conf = home.resolve("conf");
    write(
        conf.resolve("env/local.yml"),
        ENVIRONMENT.formatted(home.resolve("warehouse"), home.resolve("checkpoints")));
    write(conf.resolve("jobs/bench.yml"), JOB);
    return LocalLakehouse.open(conf, "local");
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As streams would have, a commit at a time; the newest days get the most. */
  private static void append(LocalLakehouse house, Plan plan) {
    Table table = house.lake().ensure(NAME, StructType.fromDDL("dt DATE, id BIGINT"), Map.of());
    Random random = new Random(plan.seed());
    long made = 0;
    for (int commit = 0; commit < COMMITS; commit++) {
      AppendFiles append = table.newAppend();
      for (long last = plan.events() * (commit + 1) / COMMITS; made < last; made++) {
        append.appendFile(
            DataFiles.builder(table.spec())
                .withPath(table.location() + "/data/" + made + ".parquet")
                .withPartitionPath("dt=" + FIRST_DAY.plusDays(random.nextInt(DAYS)))
                .withFileSizeInBytes(1 + random.nextInt(1 << 20 + random.nextInt(9)))
                .withRecordCount(1 + random.nextInt(100_000))
                .build());
      }
      append.commit();
    }
  }

  private static boolean measure(
      LocalLakehouse house, CompactionPolicy policy, int round, Timings timings, PrintWriter out) {
    Stopwatch planning = new Stopwatch();
    Table table = house.lake().load(NAME);
    TableHealth health = HealthReader.read(table, SnapshotRef.MAIN_BRANCH, policy);
    CompactionPlan plan = plan(health, policy, table);
    Taken planned = new Taken(planning.seconds(), planning.cpuSeconds());
    timings.add(PLAN, planned);
    Stopwatch asking = new Stopwatch();
    Map<String, List<Long>> asked = ask(house, policy);
    Taken answered = new Taken(asking.seconds(), asking.cpuSeconds());
    timings.add(SQL, answered);
    Map<String, List<Long>> read = new TreeMap<>();
    health.partitions().forEach(each -> read.put(each.day().toString(), numbers(each)));
    boolean equal = read.equals(asked) && !plan.rewrites().isEmpty();
    out.printf(
        Locale.ROOT,
        "round %d  plan %6.2f s, %d rewrites of %,d files  sql %6.2f s  %s%n",
        round,
        planned.seconds(),
        plan.rewrites().size(),
        plan.total(Rewrite::files),
        answered.seconds(),
        equal ? "equal" : "NOT EQUAL: the plan has " + read + ", SQL " + asked);
    out.flush();
    return equal;
  }

  /** A day after the last commit, when nobody writes any more. */
  private static CompactionPlan plan(TableHealth health, CompactionPolicy policy, Table table) {
    Instant now =
        Instant.ofEpochMilli(table.currentSnapshot().timestampMillis()).plus(Duration.ofDays(1));
    return Planner.plan(
        List.of(new Candidate(health, policy, List.of())), new Wish(now, 16, Wish.UNLIMITED, null));
  }

  private static List<Long> numbers(PartitionHealth partition) {
    return List.of(
        partition.data().files(),
        partition.data().bytes(),
        partition.data().records(),
        partition.data().smallFiles());
  }

  private static Map<String, List<Long>> ask(LocalLakehouse house, CompactionPolicy policy) {
    Map<String, List<Long>> asked = new TreeMap<>();
    for (Row row :
        house
            .lake()
            .spark()
            .sql(
                """
                SELECT CAST(partition.dt AS STRING), count(*), sum(file_size_in_bytes),
                  sum(record_count), count_if(file_size_in_bytes < %d)
                FROM %s.files GROUP BY 1
                """
                    .formatted(policy.smallBytes(), house.lake().identifier(NAME)))
            .collectAsList()) {
      List<Long> numbers = new ArrayList<>();
      for (int i = 1; i < row.size(); i++) {
        numbers.add(row.getLong(i));
      }
      asked.put(row.getString(0), numbers);
    }
    return asked;
  }

  private static void print(Plan plan, Timings timings, PrintWriter out) {
    TextTable table = new TextTable("side", "files", "median s", "min s", "max s", "cpu s");
    for (String side : List.of(PLAN, SQL)) {
      table.add(
          side,
          plan.events(),
          hundredths(timings.median(side)),
          hundredths(timings.min(side)),
          hundredths(timings.max(side)),
          hundredths(timings.medianCpu(side)));
    }
    table.print(out);
    Benchmark.figure(
        out,
        "compaction.plan-seconds-" + plan.events() / 1000 + "k-files",
        timings.median(PLAN),
        "s");
  }

  private static double hundredths(double seconds) {
    return Math.round(seconds * 100) / 100.0;
  }
}
