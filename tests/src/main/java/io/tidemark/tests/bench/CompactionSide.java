package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.tests.bench.Timings.Taken;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.SparkJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.spark.actions.SparkActions;

/** A way to compact a table, in a JVM of its own, whose heap is this way's alone. */
enum CompactionSide {
  /** Tidemark's, by the declared policy, a day after the last commit: nobody writes any more. */
  TIDEMARK("Tidemark") {
    @Override
    void compact(LocalLakehouse house, TableName table) {
      Instant later = Instant.now().plus(Duration.ofDays(1));
      int cores = house.lake().spark().sparkContext().defaultParallelism();
      CompactionReport report =
          house
              .compaction(() -> later, CompactionListener.SILENT)
              .run(new Compaction.Order(List.of(table), Wish.UNLIMITED, null, cores));
      report.outcomes().stream()
          .filter(each -> !each.detail().isEmpty())
          .forEach(each -> System.err.println(each.planned().partition() + ": " + each.detail()));
      if (report.failed()) {
        throw new IllegalStateException("a group failed: " + report.outcomes());
      }
    }
  },
  /** Iceberg's action with its defaults. */
  REWRITE_DATA_FILES("rewrite_data_files") {
    @Override
    void compact(LocalLakehouse house, TableName table) {
      SparkActions.get(house.lake().spark()).rewriteDataFiles(house.lake().load(table)).execute();
    }
  };

  private static final String RESULT = "RESULT ";

  private final String text;

  CompactionSide(String text) {
    this.text = text;
  }

  /** What the table of results calls it. */
  String text() {
    return text;
  }

  /** The table that is this side's. */
  TableName table() {
    return new TableName("dwd", "bench_" + name().toLowerCase(Locale.ROOT));
  }

  abstract void compact(LocalLakehouse house, TableName table);

  /**
   * What it took.
   *
   * @param taken from the open session to the last commit
   * @param heapBytes the most that the heap held meanwhile, garbage included
   */
  record Spent(Taken taken, long heapBytes) {}

  /** Compacts this side's table in another JVM. */
  Spent inItsOwnJvm(Path conf, Path log, String memory) {
    List<String> command = SparkJvm.command(Main.class.getName(), List.of("-Xmx" + memory));
    command.addAll(List.of(conf.toString(), name()));
    try {
      Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
      List<String> said = new ArrayList<>();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        lines.lines().filter(line -> line.startsWith(RESULT)).forEach(said::add);
      }
      if (process.waitFor() != 0 || said.size() != 1) {
        throw new IllegalStateException(text + " did not compact its table; see " + log);
      }
      String[] numbers = said.get(0).substring(RESULT.length()).split(" ");
      return new Spent(
          new Taken(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1])),
          Long.parseLong(numbers[2]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + text + " compacted its table", e);
    }
  }

  /** The other JVM. */
  static final class Main {
    private Main() {}

    /**
     * Compacts, and says what it took.
     *
     * @param args configuration folder, name of the side
     */
    public static void main(String[] args) {
      CompactionSide side = valueOf(args[1]);
      LocalLakehouse house = LocalLakehouse.open(Path.of(args[0]), "local");
      // What a session does once is no part of it.
      house.lake().spark().range(1000).selectExpr("sum(id)").collectAsList();
      PeakMemory memory = PeakMemory.start();
      Stopwatch watch = new Stopwatch();
      side.compact(house, side.table());
      System.out.println(
          RESULT + watch.seconds() + " " + watch.cpuSeconds() + " " + memory.heapBytes());
      System.exit(0);
    }
  }
}
