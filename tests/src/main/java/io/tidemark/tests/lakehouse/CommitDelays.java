package io.tidemark.tests.lakehouse;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long streams take from files that are written to rows that are in the table: what a writer
 * waits for whoever else commits to the same table.
 */
public final class CommitDelays implements MicroBatchListener {
  private final Map<String, Writer> writers = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> read = new ConcurrentHashMap<>();
  private final AtomicLong repeated = new AtomicLong();

  /** Commits of now on, in seconds; guarded by itself. */
  private final List<Double> seconds = new ArrayList<>();

  /** Where the micro-batches of one job are; its thread alone touches it. */
  private static final class Writer {
    private long started = Long.MIN_VALUE;
    private long written;
  }

  @Override
  public void reached(String job, long batch, Phase phase) {
    Writer writer = writers.computeIfAbsent(job, any -> new Writer());
    switch (phase) {
      case STARTED -> {
        if (writer.started == batch) {
          repeated.incrementAndGet();
        }
        writer.started = batch;
      }
      case FILES_WRITTEN -> writer.written = System.nanoTime();
      case COMMITTED -> add((System.nanoTime() - writer.written) / 1e9);
      case FINISHED -> {}
    }
  }

  private void add(double delay) {
    synchronized (seconds) {
      seconds.add(delay);
    }
  }

  @Override
  public void committed(MicroBatchReport report) {
    read.computeIfAbsent(report.job(), any -> new AtomicLong()).addAndGet(report.read());
  }

  /** The delays since this was asked last, in seconds, the shortest first. */
  public List<Double> take() {
    synchronized (seconds) {
      List<Double> taken = seconds.stream().sorted().toList();
      seconds.clear();
      return taken;
    }
  }

  /** Messages or rows that a job has read and committed. */
  public long read(String job) {
    AtomicLong count = read.get(job);
    return count == null ? 0 : count.get();
  }

  /** Micro-batches that were begun a second time: their first attempt failed. */
  public long repeated() {
    return repeated.get();
  }

  /**
   * The value below which a share of sorted values lies.
   *
   * @param sorted at least one value, the smallest first
   * @param share above 0, at most 1: 0.99 for the 99th percentile
   */
  public static double quantile(List<Double> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }
}
