package io.tidemark.jobs.run;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many micro-batches the jobs and sinks of a driver have committed: whether one gets anywhere.
 */
final class CommitCounts implements MicroBatchListener {
  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  @Override
  public void committed(MicroBatchReport report) {
    counts.merge(report.job(), 1L, Long::sum);
  }

  long of(List<String> names) {
    return names.stream().mapToLong(name -> counts.getOrDefault(name, 0L)).sum();
  }
}
