package io.tidemark.tags.build;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.plan.BucketPlan;
import io.tidemark.tags.plan.BuildPlan;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.BlockRows;
import io.tidemark.tags.table.HistoryTables;
import io.tidemark.tags.table.PieceFiles;
import io.tidemark.tags.table.PlainFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Makes the files of a build, in one job: the rows of the inputs are gathered by bucket, and the
 * task of a bucket makes all its files.
 */
final class BuildJob {
  private final Lakehouse lake;
  private final HistorySpec spec;

  BuildJob(Lakehouse lake, HistorySpec spec) {
    this.lake = lake;
    this.spec = spec;
  }

  /**
   * Makes them.
   *
   * @param read rows of the inputs
   * @param inputs their tables, in order, as messages name them
   * @param directory the users' numbers so far
   * @param blocks the files of blocks so far
   * @param built gets what tasks have made, also where another fails
   */
  void run(
      BuildPlan plan,
      Dataset<Row> read,
      List<String> inputs,
      Directory directory,
      PieceFiles blocks,
      BuiltFiles built) {
    int tasks = BucketTasks.of(lake, spec).tasks();
    Dataset<Row> rows = BucketRows.columns(read, spec.metrics().keySet());
    BucketTables tables =
        new BucketTables(
            spec, new HistoryTables(lake, spec), inputs, BlockRows.day(plan.windowStart()));
    // Beside the rows, so that a task is sent the files of its own buckets alone.
    JavaRDD<ArrayList<BucketWork>> works =
        JavaSparkContext.fromSparkContext(lake.spark().sparkContext())
            .parallelize(works(plan, directory, blocks, tasks), tasks);
    TaskResults.each(
        BucketRows.gather(rows, tasks)
            .zipPartitions(works, new BuildTask(tables, BucketRows.types(rows.schema()))),
        BuiltFiles.class,
        built::add);
    if (built.buckets != plan.buckets().size()) {
      // What a plan drops must never go without what comes for it.
      throw new IllegalStateException(
          "%d of %d buckets of history %s were built; nothing was committed"
              .formatted(built.buckets, plan.buckets().size(), spec.name()));
    }
  }

  /** What is to be made, by task and then by bucket. */
  private static List<ArrayList<BucketWork>> works(
      BuildPlan plan, Directory directory, PieceFiles blocks, int tasks) {
    List<ArrayList<BucketWork>> works = new ArrayList<>();
    for (int task = 0; task < tasks; task++) {
      works.add(new ArrayList<>());
    }
    plan.buckets()
        .forEach(
            (bucket, each) ->
                works
                    .get(bucket % tasks)
                    .add(
                        new BucketWork(
                            bucket,
                            each,
                            plain(directory.of(bucket)),
                            plain(directory.merged(bucket)),
                            needed(bucket, each, blocks))));
    return works;
  }

  private static List<PlainFile> plain(Collection<DataFile> files) {
    return files.stream().map(PlainFile::of).toList();
  }

  private static Map<Piece, List<PlainFile>> needed(
      int bucket, BucketPlan plan, PieceFiles blocks) {
    Map<Piece, List<PlainFile>> needed = new HashMap<>();
    plan.needed().forEach(piece -> needed.put(piece, plain(blocks.of(bucket, piece))));
    return needed;
  }
}
