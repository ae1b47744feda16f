package io.tidemark.tags.attribute;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * How many buckets tasks have done, those of tasks that still run included: executors tell with
 * every heartbeat what an accumulator has come to. What a failed task did does not count.
 */
final class BucketsDone extends SparkListener {
  private final long accumulator;
  private final Map<Long, Long> byTask = new HashMap<>();
  private final Set<Long> ended = new HashSet<>();

  /**
   * The buckets that are added to an accumulator.
   *
   * @param accumulator its id; it has a name
   */
  BucketsDone(long accumulator) {
    this.accumulator = accumulator;
  }

  /** All of them. */
  synchronized long count() {
    return byTask.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    update
        .accumUpdates()
        .foreach(
            task -> {
              if (!ended.contains((Long) task._1())) {
                note((Long) task._1(), task._4());
              }
              return null;
            });
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo() == null) {
      return;
    }
    long task = end.taskInfo().taskId();
    byTask.remove(task);
    ended.add(task);
    if (end.reason() == Success$.MODULE$) {
      note(task, end.taskInfo().accumulables());
    }
  }

  private void note(long task, Seq<AccumulableInfo> accumulables) {
    for (Iterator<AccumulableInfo> each = accumulables.iterator(); each.hasNext(); ) {
      AccumulableInfo info = each.next();
      if (info.id() == accumulator && info.update().isDefined()) {
        byTask.put(task, (Long) info.update().get());
      }
    }
  }
}
