package io.tidemark.jobs.run;

import io.tidemark.jobs.spec.JobSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many micro-batches the jobs of a driver have committed: whether one gets anywhere. */
final class CommitCounts implements MicroBatchListener {
  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  @Override
  public void committed(MicroBatchReport report) {
    counts.merge(report.job(), 1L, Long::sum);
  }

  long of(List<JobSpec> jobs) {
    return jobs.stream().mapToLong(job -> counts.getOrDefault(job.name(), 0L)).sum();
  }
}
