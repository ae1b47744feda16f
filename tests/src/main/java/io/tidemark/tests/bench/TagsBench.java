package io.tidemark.tests.bench;

import io.tidemark.jobs.cli.TextTable;
import io.tidemark.tags.build.BuildResult;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tests.bench.TagSides.Shape;
import io.tidemark.tests.lakehouse.Folders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * 730 days of every user by today's tags: from the compressed history, beside plain SQL in Spark
 * and in DuckDB over the daily rows that it was built from. Tags are read from their Iceberg table
 * by all. They run by turns in one JVM; what each finds is compared through sums of its cells,
 * plain and weighed by day and group.
 *
 * <p>{@code tags.five.vs-spark} and the like are ratios of time: above 1, the history is faster.
 * The history is also built, once and then day by day: {@code tags.bytes-per-user-day} is what it
 * takes, {@code tags.rows-vs-blocks} how many times the processor time of one tag from the blocks
 * it takes only to read the users' rows, {@code tags.upkeep-bytes-share} what a day writes of all
 * bytes stored, {@code tags.upkeep-vs-rewrite} how many times the processor time of a day building
 * everything takes, and {@code tags.growth-2x} is how much longer five tags take when there are
 * twice as many users.
 */
final class TagsBench implements Benchmark {
  private static final String[] SIDES = {TagSides.TIDEMARK, TagSides.SPARK, TagSides.DUCKDB};

  /** With fewer users, no time means anything. */
  private static final long WARMED_UP = 100_000;

  private final Shape shape;

  TagsBench() {
    this(new Shape(730, 8, new HistoryLayout(32, 8, 128, 4096)));
  }

  TagsBench(Shape shape) {
    this.shape = shape;
  }

  @Override
  public String name() {
    return "tags";
  }

  @Override
  public String summary() {
    return "730 days by tags, beside Spark SQL and DuckDB on daily rows; --events is users";
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    Path work = Folders.fresh(plan.folder(), "tags-");
    try {
      return new Run(plan, shape, work, out).run();
    } finally {
      Folders.delete(work);
    }
  }

  /** One run of the benchmark. */
  private record Run(Plan plan, Shape shape, Path work, PrintWriter out) {
    boolean run() {
      if (plan.events() >= WARMED_UP && !warmUp()) {
        return false;
      }
      TagSides large = prepare(plan, "large");
      Map<TagQuestion, Timings> taken = new EnumMap<>(TagQuestion.class);
      boolean equal = true;
      for (int round = 1; equal && round <= plan.rounds(); round++) {
        equal = large.ask("round " + round, taken);
      }
      equal = equal && large.manyGroups();
      if (equal) {
        large.store();
        double userRows = large.readUserRows();
        large.upkeep().ifPresent(days -> print(large, taken, userRows, days));
      }
      Folders.empty(work);
      if (equal) {
        TagSides twice = prepare(plan.of(2 * plan.events()), "twice");
        Timings five = twice.fiveTags(plan.rounds());
        double before = taken.get(TagQuestion.FIVE).median(TagSides.TIDEMARK);
        figure("growth-2x", five.median(TagSides.TIDEMARK) / before, "ratio");
      }
      return equal;
    }

    private boolean warmUp() {
      TagSides small = prepare(plan.of(plan.events() / 20), "warm-up");
      boolean equal = small.ask("warm-up", new EnumMap<>(TagQuestion.class));
      boolean made = small.upkeep().isPresent();
      Folders.empty(work);
      return equal && made;
    }

    private TagSides prepare(Plan size, String folder) {
      TagSides sides = new TagSides(size, shape, work.resolve(folder), out);
      sides.prepare();
      return sides;
    }

    private void print(
        TagSides sides, Map<TagQuestion, Timings> taken, double userRows, List<BuildResult> days) {
      TextTable table = new TextTable("question", "side", "median s", "min s", "max s", "cpu s");
      for (TagQuestion question : TagQuestion.values()) {
        Timings timings = taken.get(question);
        for (String side : SIDES) {
          table.add(
              question.text(),
              side,
              hundredths(timings.median(side)),
              hundredths(timings.min(side)),
              hundredths(timings.max(side)),
              hundredths(timings.medianCpu(side)));
        }
      }
      table.print(out);
      for (TagQuestion question : TagQuestion.values()) {
        String name = question.name().toLowerCase(Locale.ROOT);
        Timings timings = taken.get(question);
        double own = timings.median(TagSides.TIDEMARK);
        figure(name + ".vs-spark", timings.median(TagSides.SPARK) / own, "ratio");
        figure(name + ".vs-duckdb", timings.median(TagSides.DUCKDB) / own, "ratio");
      }
      double blocks = taken.get(TagQuestion.ONE).medianCpu(TagSides.TIDEMARK);
      figure("rows-vs-blocks", userRows / blocks, "ratio");
      figure("bytes-per-user-day", sides.bytesPerUserDay(), "bytes");
      figure("share-of-daily-bytes", sides.shareOfDailyBytes(), "ratio");
      double share = days.stream().mapToDouble(BuildResult::share).average().orElseThrow();
      figure("upkeep-bytes-share", 100 * share, "%");
      figure("upkeep-vs-rewrite", sides.rebuildOfDays(), "ratio");
    }

    private static double hundredths(double seconds) {
      return Math.round(seconds * 100) / 100.0;
    }

    private void figure(String name, double value, String unit) {
      Benchmark.figure(out, "tags." + name, value, unit);
    }
  }
}
