package io.tidemark.reconciliation.ends;

import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Split;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A topic and the jobs that each of its messages belongs to one of.
 *
 * @param name the job; of a split the one that has what no route takes
 * @param jobs the jobs, {@code name} last
 * @param split how messages are told apart; nothing for a single job
 */
record SharedTopic(String name, List<IngestSpec> jobs, Optional<Split> split) {
  SharedTopic {
    jobs = List.copyOf(jobs);
  }

  /** The topics of some jobs, each once. */
  static List<SharedTopic> of(List<JobSpec> chosen, JobCatalog catalog) {
    Map<String, SharedTopic> topics = new LinkedHashMap<>();
    for (JobSpec job : chosen) {
      if (job instanceof IngestSpec ingest) {
        SharedTopic topic =
            catalog
                .splitOf(ingest)
                .map(
                    split -> new SharedTopic(split.rest().name(), split.jobs(), Optional.of(split)))
                .orElseGet(() -> new SharedTopic(job.name(), List.of(ingest), Optional.empty()));
        topics.putIfAbsent(topic.name(), topic);
      }
    }
    return List.copyOf(topics.values());
  }

  String topic() {
    return jobs.get(0).topic();
  }

  boolean isChangeLog() {
    return jobs.get(0).payload().isChangeLog();
  }

  String tables() {
    return jobs.stream().map(job -> job.output().toString()).collect(Collectors.joining(", "));
  }
}
