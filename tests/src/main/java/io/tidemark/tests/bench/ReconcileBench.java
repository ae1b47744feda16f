package io.tidemark.tests.bench;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.tests.bench.Timings.Taken;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.Repository;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * Rows per second of finding the keys in which two sides differ, beside a full outer join of all
 * keys in Spark and in DuckDB. All read the same Parquet files and run by turns in one JVM; the
 * numbers of differing keys that they find are compared. The comparison does more than the joins,
 * which only count: it adds both sides' metrics up, and holds the differing keys with both sides'
 * values when it ends.
 *
 * <p>{@code reconcile.vs-full-outer-join} and {@code reconcile.vs-duckdb} are ratios of time at the
 * large size with one key in a thousand differing: above 1, the comparison is faster. {@code
 * reconcile.10pct-vs-0.1pct} is how much longer it takes when a hundred times as many keys differ,
 * {@code reconcile.growth-20x} when there are twenty times as many rows.
 *
 * <p>{@link PublishBench} follows, with half as many rows.
 */
final class ReconcileBench implements Benchmark {
  private static final String TIDEMARK = "Tidemark";
  private static final String JOIN = "full outer join";
  private static final String DUCKDB = "DuckDB";

  /** Keys of a thousand that differ. */
  private static final int[] DIFFERING = {0, 1, 100};

  private static final int USUAL = 1;
  private static final int MANY = 100;
  private static final double MEGABYTE = 1 << 20;

  /** Of so many rounds of the smaller sizes, the large one has one. */
  private static final int ROUNDS_OF_LARGE = 3;

  @Override
  public String name() {
    return "reconcile";
  }

  @Override
  public String summary() {
    return "rows/s of comparing two sides, beside full outer joins of Spark and DuckDB";
  }

  @Override
  public long events() {
    return 20_000_000;
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    Path work = Folders.fresh(plan.folder(), "reconcile-");
    try {
      SparkSession spark =
          Lakehouse.withoutTables(
                  Declarations.read(Repository.conf(), "local", Map.of()).environment())
              .spark();
      return new Run(plan, work, spark, out, new LinkedHashMap<>()).run()
          && new PublishBench()
              .run(
                  new Plan(
                      Math.max(plan.events() / 2, 1000),
                      roundsOfLarge(plan),
                      plan.seed(),
                      plan.folder()),
                  out);
    } finally {
      Folders.delete(work);
    }
  }

  private static int roundsOfLarge(Plan plan) {
    return Math.max(1, plan.rounds() / ROUNDS_OF_LARGE);
  }

  /** What is measured at once: so many rows of a side, of which so many of a thousand differ. */
  private record Case(long rows, int differing) {}

  /** One run of the benchmark. */
  private record Run(
      Plan plan, Path work, SparkSession spark, PrintWriter out, Map<Case, Timings> taken) {
    boolean run() {
      sayWhatIsMeasured();
      boolean equal = measure(new Case(small(), USUAL), 0, new Timings());
      for (long rows : List.of(small(), middle(), plan.events())) {
        for (int differing : DIFFERING) {
          Case each = new Case(rows, differing);
          taken.put(each, new Timings());
          equal = equal && measure(each, rounds(rows), taken.get(each));
        }
      }
      if (equal) {
        print();
      }
      return equal;
    }

    private long small() {
      return plan.events() / 20;
    }

    private long middle() {
      return plan.events() / 4;
    }

    private int rounds(long rows) {
      return rows == plan.events() ? roundsOfLarge(plan) : plan.rounds();
    }

    private void sayWhatIsMeasured() {
      say(
          "%d rounds, by turns, of %,d and %,d rows a side, %d of %,d; what follows is each round, the medians and the figures.",
          plan.rounds(), small(), middle(), rounds(plan.events()), plan.events());
      say(
          "The full outer join is the slowest by far. Of %,d rows it is measured in the first round alone; of %,d rows only where 0.1 %% of the keys differ, in each round: it is SKIPPED there at 0 %% and at 10 %%.",
          middle(), plan.events());
    }

    private boolean isJoined(Case what, int round) {
      if (what.rows() == plan.events()) {
        return what.differing() == USUAL;
      }
      return what.rows() == small() || round == 1;
    }

    /** Measures in so many rounds, or in none once to warm up. */
    private boolean measure(Case what, int rounds, Timings timings) {
      TwoSides sides = TwoSides.write(spark, work, what.rows(), what.differing(), plan.seed());
      try {
        boolean equal = true;
        for (int round = Math.min(rounds, 1); equal && round <= rounds; round++) {
          equal = measure(sides, what, round, timings);
        }
        return equal;
      } finally {
        Folders.empty(work);
      }
    }

    private boolean measure(TwoSides sides, Case what, int round, Timings timings) {
      String name = round == 0 ? "warm-up" : "round " + round;
      List<Long> found = time(TIDEMARK, what, name, timings, sides::byTidemark);
      boolean equal = found.equals(time(DUCKDB, what, name, timings, sides::byDuckDb));
      if (isJoined(what, round)) {
        equal &= found.equals(time(JOIN, what, name, timings, sides::byJoin));
      }
      boolean expected = what.differing() == 0 ? found.get(0) == 0 : found.get(0) > 0;
      if (!equal || !expected) {
        say("NOT EQUAL: %s finds %s", TIDEMARK, found);
      }
      return equal && expected;
    }

    private List<Long> time(
        String side, Case what, String round, Timings timings, Supplier<List<Long>> work) {
      PeakMemory memory = PeakMemory.start();
      Stopwatch watch = new Stopwatch();
      List<Long> found = work.get();
      Taken taken = new Taken(watch.seconds(), watch.cpuSeconds());
      timings.add(side, taken);
      say(
          "%,11d rows a side  %4.1f %% differ  %-8s %-16s %7.2f s  %,11.0f rows/s  cpu %6.1f s  peak heap %,6.0f MB",
          what.rows(),
          what.differing() / 10.0,
          round,
          side,
          taken.seconds(),
          2 * what.rows() / taken.seconds(),
          taken.cpuSeconds(),
          memory.heapBytes() / MEGABYTE);
      return found;
    }

    private void print() {
      int cores = Runtime.getRuntime().availableProcessors();
      TextTable table =
          new TextTable(
              "rows a side", "differ", "side", "rounds", "median s", "cpu s", "rows/s per core");
      taken.forEach(
          (each, timings) ->
              timings
                  .sides()
                  .forEach(
                      side ->
                          table.add(
                              String.format(Locale.ROOT, "%,d", each.rows()),
                              each.differing() / 10.0 + " %",
                              side,
                              timings.rounds(side),
                              Math.round(timings.median(side) * 100) / 100.0,
                              Math.round(timings.medianCpu(side) * 10) / 10.0,
                              Math.round(2 * each.rows() / timings.median(side) / cores))));
      table.print(out);
      long large = plan.events();
      double usual = median(large, USUAL, TIDEMARK);
      figure("vs-full-outer-join", median(large, USUAL, JOIN) / usual);
      figure("vs-duckdb", median(large, USUAL, DUCKDB) / usual);
      figure("10pct-vs-0.1pct", median(large, MANY, TIDEMARK) / usual);
      figure("growth-20x", usual / median(small(), USUAL, TIDEMARK));
      Benchmark.figure(
          out, "reconcile.rows-per-second-per-core", 2 * large / usual / cores, "rows/s");
    }

    private double median(long rows, int differing, String side) {
      return taken.get(new Case(rows, differing)).median(side);
    }

    private void figure(String name, double ratio) {
      Benchmark.figure(out, "reconcile." + name, ratio, "ratio");
    }

    private void say(String format, Object... values) {
      out.printf(Locale.ROOT, format + "%n", values);
      out.flush();
    }
  }
}
