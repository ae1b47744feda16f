package io.tidemark.tags.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Tuple4;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Progress of tasks that take minutes is told while they run. */
@Tag("any-zone")
class BucketsDoneTest {
  private static final long OWN = 6;
  private static final long OTHER = 7;

  private final BucketsDone done = new BucketsDone(OWN);

  @Test
  void tasksThatRunAndThoseThatHaveEndedCount() {
    assertThat(done.count()).isZero();
    heartbeat(1, OWN, 3);
    heartbeat(2, OWN, 4);
    heartbeat(1, OTHER, 100);
    assertThat(done.count()).isEqualTo(7);
    heartbeat(1, OWN, 5);
    assertThat(done.count()).isEqualTo(9);
    end(1, Success$.MODULE$, 16);
    assertThat(done.count()).isEqualTo(20);
  }

  @Test
  void aFailedTaskBeginsAnew() {
    heartbeat(1, OWN, 3);
    end(1, new TaskKilled("lost", null, null, null), 3);
    heartbeat(1, OWN, 3);
    assertThat(done.count()).isZero();
    heartbeat(2, OWN, 1);
    assertThat(done.count()).isEqualTo(1);
  }

  private void heartbeat(long task, long accumulator, long value) {
    done.onExecutorMetricsUpdate(
        new SparkListenerExecutorMetricsUpdate(
            "driver",
            seq(
                List.of(
                    new Tuple4<>(
                        (Object) task, (Object) 0, (Object) 0, infos(accumulator, value)))),
            Map$.MODULE$.empty()));
  }

  private void end(long task, TaskEndReason reason, long value) {
    TaskInfo info =
        new TaskInfo(task, 0, 0, 0, 0L, "driver", "localhost", TaskLocality.ANY(), false);
    info.setAccumulables(infos(OWN, value));
    done.onTaskEnd(
        new SparkListenerTaskEnd(0, 0, "ResultTask", reason, info, new ExecutorMetrics(), null));
  }

  private static Seq<AccumulableInfo> infos(long accumulator, long value) {
    return seq(
        List.of(
            new AccumulableInfo(
                accumulator,
                Option.apply("buckets done"),
                Option.apply((Object) value),
                Option.empty(),
                false,
                false,
                Option.empty())));
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
