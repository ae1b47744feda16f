package io.tidemark.compaction;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.cli.StreamMaintenance;
import io.tidemark.jobs.run.MicroBatchReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.spark.SparkContext;

/** Compacts tables after they were written to, in a thread of its own. */
final class InlineThread implements StreamMaintenance.Running {
  /** Plans read manifests: not more often than this, and a tenth of the time at most. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);

  private static final long PAUSE_PER_PLANNING = 9;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);

  /** So often it looks without a commit, because partitions settle when nobody writes to them. */
  private static final Duration LOOK_ANYWAY = Duration.ofMinutes(5);

  private static final Duration BETWEEN_CANCELS = Duration.ofMillis(500);
  private static final int MOST_CANCELS = 60;

  private final Map<String, List<TableName>> tables;
  private final Function<List<TableName>, CompactionReport> compaction;
  private final Runnable stop;
  private final Runnable ended;
  private final SparkContext spark;
  private final PrintWriter progress;
  private final String tag = "inline-maintenance-" + UUID.randomUUID();
  private final Thread thread = new Thread(this::work, "inline-maintenance");
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<String> committed = new TreeSet<>();
  private final Set<String> everCommitted = new TreeSet<>();
  private boolean closed;

  /**
   * Begins, when there is a table to be looked after.
   *
   * @param tables the tables of each job
   * @param compaction compacts tables
   * @param stop keeps it from beginning anything further
   * @param ended called when it has ended
   */
  InlineThread(
      Map<String, List<TableName>> tables,
      Function<List<TableName>, CompactionReport> compaction,
      Runnable stop,
      Runnable ended,
      SparkContext spark,
      PrintWriter progress) {
    this.tables = Map.copyOf(tables);
    this.compaction = compaction;
    this.stop = stop;
    this.ended = ended;
    this.spark = spark;
    this.progress = progress;
    if (!tables.isEmpty()) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  @Override
  public void committed(MicroBatchReport report) {
    if (tables.containsKey(report.job())) {
      locked(
          () -> {
            committed.add(report.job());
            changed.signalAll();
          });
    }
  }

  private void work() {
    spark.addJobTag(tag);
    try {
      for (List<TableName> next = next(); !next.isEmpty(); next = next()) {
        pause(compact(next));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tables that were written to since they were looked at last, or ever; none at the end. */
  private List<TableName> next() throws InterruptedException {
    lock.lock();
    try {
      long left = LOOK_ANYWAY.toNanos();
      while (committed.isEmpty() && !closed) {
        left = changed.awaitNanos(left);
        if (left <= 0) {
          committed.addAll(everCommitted);
          left = LOOK_ANYWAY.toNanos();
        }
      }
      List<TableName> written =
          closed ? List.of() : committed.stream().flatMap(job -> tables.get(job).stream()).toList();
      everCommitted.addAll(committed);
      committed.clear();
      return written;
    } finally {
      lock.unlock();
    }
  }

  /** Compacts, and says how long to rest then. */
  private Duration compact(List<TableName> written) {
    try {
      return pauseAfter(compaction.apply(written));
    } catch (Exception e) {
      // Spark throws checked exceptions that it declares nowhere; whatever it is, streams go on.
      progress.printf(
          "compaction in this driver failed, and is tried again; the streams go on: %s%n",
          FailureText.inALine(e));
      progress.flush();
      return PAUSE_AFTER_FAILURE;
    }
  }

  /** Seconds of rewrites do not tell: several are done beside one another. */
  static Duration pauseAfter(CompactionReport report) {
    Duration pause =
        Duration.ofMillis((long) (report.planningSeconds() * 1000 * PAUSE_PER_PLANNING));
    return pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause;
  }

  private void pause(Duration span) throws InterruptedException {
    lock.lock();
    try {
      for (long left = span.toNanos(); left > 0 && !closed; ) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    stop.run();
    locked(
        () -> {
          closed = true;
          changed.signalAll();
        });
    try {
      for (int i = 0; i < MOST_CANCELS && thread.isAlive(); i++) {
        // It may be between two jobs.
        spark.cancelJobsWithTag(tag);
        thread.join(BETWEEN_CANCELS.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ended.run();
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}
