package io.tidemark.tags.attribute;

import java.io.Serializable;
import org.apache.spark.Partition;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import scala.Option;

/** Gives each task neighbouring buckets, always the same for as many tasks. */
final class WholeBuckets implements PartitionCoalescer, Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public PartitionGroup[] coalesce(int most, RDD<?> parent) {
    Partition[] buckets = parent.partitions();
    int tasks = Math.min(most, buckets.length);
    PartitionGroup[] groups = new PartitionGroup[tasks];
    for (int task = 0; task < tasks; task++) {
      groups[task] = new PartitionGroup(Option.empty());
      int end = (int) ((task + 1L) * buckets.length / tasks);
      for (int i = (int) ((long) task * buckets.length / tasks); i < end; i++) {
        groups[task].partitions().addOne(buckets[i]);
      }
    }
    return groups;
  }
}
