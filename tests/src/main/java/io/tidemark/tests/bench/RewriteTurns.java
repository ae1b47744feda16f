package io.tidemark.tests.bench;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.tests.bench.Benchmark.Plan;
import io.tidemark.tests.bench.CompactionSide.Spent;
import io.tidemark.tests.bench.Timings.Taken;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Row;

/** Two identical tables that are compacted in two ways, by turns. */
final class RewriteTurns {
  private static final double MEGABYTE = 1 << 20;
  private static final String MEMORY = "2g";
  private static final int ASKED = 3;
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

  private final Plan plan;
  private final Path home;
  private final PrintWriter out;
  private final LocalLakehouse house;
  private final List<CompactionQuery> queries;
  private final Map<CompactionSide, Results> results = new EnumMap<>(CompactionSide.class);

  private final Timings before = new Timings();
  private long openedBefore;

  /** What was measured of a side. */
  private static final class Results {
    private final Timings compaction = new Timings();
    private final List<Long> heapBytes = new ArrayList<>();
    private final Timings after = new Timings();
    private long start;
    private long openedAfter;
    private Work work;
  }

  /**
   * What the commits of a compaction did.
   *
   * @param files data files that are gone
   * @param bytesRead of those
   * @param filesAdded data files in their place
   * @param bytesWritten of those
   * @param deleteFiles delete files that are gone
   */
  private record Work(
      long files, long bytesRead, long filesAdded, long bytesWritten, long deleteFiles) {}

  RewriteTurns(Plan plan, Path home, PrintWriter out) {
    this.plan = plan;
    this.home = home;
    this.out = out;
    Path conf = home.resolve("conf");
    write(
        conf.resolve("env/local.yml"),
        ENVIRONMENT.formatted(home.resolve("warehouse"), home.resolve("checkpoints")));
    write(conf.resolve("jobs/bench.yml"), JOB);
    // What the other side reads from the table's property, and the cores that it takes.
    write(
        conf.resolve("compaction/bench.yml"),
        "table: %s%ntarget-file-size: %d MiB%nbudget: { cores: 100%% }%n"
            .formatted(CompactionSide.TIDEMARK.table(), SmallFilesTable.TARGET_BYTES >> 20));
    this.house = LocalLakehouse.open(conf, "local");
    this.queries = CompactionQuery.typical(SmallFilesTable.days(plan.events()));
    for (CompactionSide side : CompactionSide.values()) {
      results.put(side, new Results());
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Measures, and prints a table and the figures; false when answers differ. */
  boolean run() {
    Stopwatch writing = new Stopwatch();
    CompletableFuture<Long> copy =
        CompletableFuture.supplyAsync(() -> write(CompactionSide.REWRITE_DATA_FILES));
    long rows = write(CompactionSide.TIDEMARK);
    boolean equal = copy.join() == rows;
    say(
        "%,d small files of %d days, %,d rows, twice, in %.0f s",
        plan.events(), SmallFilesTable.days(plan.events()), rows, writing.seconds());
    queries.get(0).ask(lake(), CompactionSide.TIDEMARK.table());
    // Once, because the copies are alike and it takes minutes: each file is opened with its
    // deletes.
    List<List<Row>> expected = ask(CompactionSide.TIDEMARK, before, "before");
    openedBefore = opened(CompactionSide.TIDEMARK);
    equal &= openedBefore == opened(CompactionSide.REWRITE_DATA_FILES);
    for (int round = 1; equal && round <= plan.rounds(); round++) {
      for (CompactionSide side : inTurn(round)) {
        compact(side, round);
      }
    }
    // One more, to warm up.
    for (int i = 0; equal && i <= ASKED; i++) {
      for (CompactionSide side : inTurn(i)) {
        Timings timings = i == 0 ? new Timings() : results.get(side).after;
        equal &= same(side, expected, ask(side, timings, i == 0 ? "warm-up" : "after " + i));
        results.get(side).openedAfter = opened(side);
      }
    }
    if (equal) {
      print();
    }
    return equal;
  }

  private long write(CompactionSide side) {
    return SmallFilesTable.write(house, side.table(), plan.events(), plan.seed());
  }

  /** Nobody is always first. */
  private static List<CompactionSide> inTurn(int round) {
    List<CompactionSide> sides = List.of(CompactionSide.values());
    return round % 2 == 1 ? sides : List.of(sides.get(1), sides.get(0));
  }

  private void compact(CompactionSide side, int round) {
    Results its = results.get(side);
    Table table = lake().load(side.table());
    if (round == 1) {
      its.start = table.currentSnapshot().snapshotId();
    } else {
      // To the state that both sides began with; the files of the round before stay unused.
      table.manageSnapshots().setCurrentSnapshot(its.start).commit();
    }
    Spent spent =
        side.inItsOwnJvm(
            home.resolve("conf"), home.resolve(side.name() + "-" + round + ".log"), MEMORY);
    its.compaction.add(side.text(), spent.taken());
    its.heapBytes.add(spent.heapBytes());
    its.work = work(lake().load(side.table()), its.start);
    say(
        "round %d  %-18s %7.1f s  cpu %7.1f s  peak heap %,6.0f MB  %,7d files with %,6.1f MB became"
            + " %,5d with %,6.1f MB, %,5d delete files fewer",
        round,
        side.text(),
        spent.taken().seconds(),
        spent.taken().cpuSeconds(),
        spent.heapBytes() / MEGABYTE,
        its.work.files(),
        its.work.bytesRead() / MEGABYTE,
        its.work.filesAdded(),
        its.work.bytesWritten() / MEGABYTE,
        its.work.deleteFiles());
  }

  private static Work work(Table table, long start) {
    Work all = new Work(0, 0, 0, 0, 0);
    for (Snapshot commit :
        SnapshotUtil.ancestorsBetween(
            table.currentSnapshot().snapshotId(), start, table::snapshot)) {
      SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(commit).build();
      long[] removed = sums(changes.removedDataFiles());
      long[] added = sums(changes.addedDataFiles());
      long deletes = 0;
      for (Object ignored : changes.removedDeleteFiles()) {
        deletes++;
      }
      all =
          new Work(
              all.files + removed[0],
              all.bytesRead + removed[1],
              all.filesAdded + added[0],
              all.bytesWritten + added[1],
              all.deleteFiles + deletes);
    }
    return all;
  }

  /** How many, and their bytes. */
  private static long[] sums(Iterable<DataFile> files) {
    long[] sums = new long[2];
    for (DataFile file : files) {
      sums[0]++;
      sums[1] += file.fileSizeInBytes();
    }
    return sums;
  }

  private List<List<Row>> ask(CompactionSide side, Timings timings, String when) {
    List<List<Row>> answers = new ArrayList<>();
    StringBuilder each = new StringBuilder();
    for (CompactionQuery query : queries) {
      Stopwatch watch = new Stopwatch();
      answers.add(query.ask(lake(), side.table()));
      Taken taken = new Taken(watch.seconds(), watch.cpuSeconds());
      timings.add(query.name(), taken);
      each.append(String.format(Locale.ROOT, "  %s %.2f s", query.name(), taken.seconds()));
    }
    say("queries %-8s %-18s%s", when, side.text(), each);
    return answers;
  }

  private long opened(CompactionSide side) {
    return queries.stream().mapToLong(query -> query.filesOpened(lake(), side.table())).sum();
  }

  private boolean same(CompactionSide side, List<List<Row>> expected, List<List<Row>> found) {
    boolean same = true;
    for (int i = 0; i < queries.size(); i++) {
      if (!expected.get(i).equals(found.get(i))) {
        say("NOT EQUAL: '%s' of %s", queries.get(i).name(), side.text());
        same = false;
      }
    }
    return same;
  }

  private Lakehouse lake() {
    return house.lake();
  }

  private void print() {
    TextTable table =
        new TextTable(
            "side",
            "median s",
            "cpu s",
            "peak heap MB",
            "files read",
            "MB read",
            "MB written",
            "queries s",
            "files opened");
    for (CompactionSide side : CompactionSide.values()) {
      Results its = results.get(side);
      table.add(
          side.text(),
          tenths(its.compaction.median(side.text())),
          tenths(its.compaction.medianCpu(side.text())),
          Math.round(its.heapBytes.stream().mapToLong(bytes -> bytes).max().orElse(0) / MEGABYTE),
          its.work.files(),
          tenths(its.work.bytesRead() / MEGABYTE),
          tenths(its.work.bytesWritten() / MEGABYTE),
          hundredths(total(its.after)),
          its.openedAfter);
    }
    table.print(out);
    say("before, the five queries took %.1f s and opened %,d files", total(before), openedBefore);
    Results ours = results.get(CompactionSide.TIDEMARK);
    Results theirs = results.get(CompactionSide.REWRITE_DATA_FILES);
    figure("bytes-vs-rewrite-data-files", ours.work.bytesRead(), theirs.work.bytesRead());
    figure("query-time-vs-rewrite-data-files", total(ours.after), total(theirs.after));
    figure(
        "seconds-vs-rewrite-data-files",
        ours.compaction.median(CompactionSide.TIDEMARK.text()),
        theirs.compaction.median(CompactionSide.REWRITE_DATA_FILES.text()));
  }

  private void figure(String name, double ours, double theirs) {
    Benchmark.figure(out, "compaction." + name, ours / theirs, "ratio");
  }

  /** All queries, each by its median. */
  private static double total(Timings timings) {
    double total = 0;
    for (String query : timings.sides()) {
      total += timings.median(query);
    }
    return total;
  }

  private static double tenths(double number) {
    return Math.round(number * 10) / 10.0;
  }

  private static double hundredths(double number) {
    return Math.round(number * 100) / 100.0;
  }

  private void say(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
