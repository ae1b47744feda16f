package io.tidemark.tags.attribute;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * How much memory a task may take for cells.
 *
 * @param fixed bytes, where they are given
 */
public record Room(Optional<Long> fixed) {
  /** Of the heap; the rest is for vectors of tags, blocks, and cells on their way. */
  private static final double SHARE = 0.4;

  /** As much as the executors have. */
  public static final Room OF_EXECUTOR = new Room(Optional.empty());

  /** Bytes that one of the tasks that run at once may take. */
  long bytesOfTask(SparkSession spark) {
    return fixed.orElseGet(() -> (long) (heap(spark) * SHARE / slots(spark)));
  }

  private static long heap(SparkSession spark) {
    return spark.sparkContext().isLocal()
        ? Runtime.getRuntime().maxMemory()
        : spark.sparkContext().getConf().getSizeAsBytes("spark.executor.memory", "1g");
  }

  private static int slots(SparkSession spark) {
    int cores =
        spark.sparkContext().isLocal()
            ? spark.sparkContext().defaultParallelism()
            : spark.sparkContext().getConf().getInt("spark.executor.cores", 1);
    return Math.max(1, cores / spark.sparkContext().getConf().getInt("spark.task.cpus", 1));
  }
}
