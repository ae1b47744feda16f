package io.tidemark.tests.bench;

import io.tidemark.tests.lakehouse.Folders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What compaction costs and gives.
 *
 * <p>First, a table of many small files with deletes and an identical copy: Tidemark's compaction
 * of the one, by its default policy, and Iceberg's {@code rewrite_data_files} of the other, with
 * its defaults, both for good files of the same size, by turns and each in a JVM of its own; then
 * five typical queries of both, before and after, with equal answers. {@code
 * compaction.bytes-vs-rewrite-data-files} is a ratio of the bytes of data files that were read and
 * written again: 0.5 is half of them. {@code compaction.query-time-vs-rewrite-data-files} is a
 * ratio of the time of all five queries behind it: at 1 or below nothing was lost by rewriting
 * less.
 *
 * <p>Second, streams that commit back to back to five tables, by turns without compaction and with
 * compaction of the same tables beside, in one run. {@code compaction.writer-p99-ratio} is the 99th
 * percentile of what a commit takes with compaction, as a ratio to without: at most 1.2 shows that
 * no stream pays for it, if {@code compaction.failed-batches} is 0. {@code
 * compaction.group-success-share} says how much of what compaction began became a commit.
 *
 * <p>Third, {@link CompactionPlanBench}: what planning takes with five times as many files.
 */
final class CompactionBench implements Benchmark {
  /**
   * How much is measured of the second part.
   *
   * @param turn how long each turn lasts
   * @param messages events, and half as many changes, that the streams have to read
   */
  record Shape(Duration turn, long messages) {}

  private final Shape shape;

  CompactionBench() {
    this(new Shape(Duration.ofSeconds(60), 200_000));
  }

  CompactionBench(Shape shape) {
    this.shape = shape;
  }

  @Override
  public String name() {
    return "compaction";
  }

  @Override
  public String summary() {
    return "compaction beside Iceberg's rewrite_data_files, and streams beside compaction";
  }

  @Override
  public long events() {
    return 20_000;
  }

  @Override
  public int rounds() {
    return 2;
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    Path work = Folders.fresh(plan.folder(), "compaction-");
    try {
      return new RewriteTurns(plan, work.resolve("rewrites"), out).run()
          && new WriterTurns(plan, shape, work.resolve("writers"), out).run()
          && new CompactionPlanBench().run(plan.of(5 * plan.events()), out);
    } finally {
      Folders.delete(work);
    }
  }
}
