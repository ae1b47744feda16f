package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes a policy of {@code reconcile: { tolerance: 1%, pv: 0, publish: on-pass }}. */
final class ReconcileReader {
  private ReconcileReader() {}

  /**
   * The policy; {@code null} after a problem.
   *
   * @param measured whether the metrics have values that can be close to each other
   */
  static ReconcilePolicy read(Section job, List<String> metrics, boolean measured) {
    ReconcileKeys.Declared declared = job.get(JobKeys.RECONCILE);
    if (declared == null) {
      return job.has(JobKeys.RECONCILE) ? null : ReconcilePolicy.DEFAULT;
    }
    Map<String, ReconcileKeys.Part> all = new TreeMap<>(declared.metrics());
    all.put(ReconcileKeys.STANDARD.name(), declared.words().get(ReconcileKeys.STANDARD));
    declared.metrics().keySet().forEach(name -> checkName(job, name, metrics));
    all.forEach(
        (name, part) -> {
          if (!measured && part.closeness().isPresent()) {
            job.refuse(
                JobKeys.RECONCILE,
                name,
                "",
                "has a relative or absolute part, and a transform's rows are equal or not; write a"
                    + " percentage alone");
          }
        });
    Tolerance standard =
        declared.words().get(ReconcileKeys.STANDARD).orElse(ReconcilePolicy.DEFAULT.standard());
    Map<String, Tolerance> byMetric = new TreeMap<>();
    declared.metrics().forEach((name, part) -> byMetric.put(name, part.orElse(standard)));
    return new ReconcilePolicy(
        standard,
        byMetric,
        declared.words().get(ReconcileKeys.PUBLISH),
        declared.words().get(ReconcileKeys.NOTIFY));
  }

  private static void checkName(Section job, String name, List<String> metrics) {
    if (metrics.contains(name)) {
      return;
    }
    List<String> known = new ArrayList<>(metrics);
    known.addAll(ReconcileKeys.WORDS.names());
    String choices =
        "write %s, or a metric: %s"
            .formatted(String.join(", ", ReconcileKeys.WORDS.names()), String.join(", ", metrics));
    job.refuse(
        JobKeys.RECONCILE,
        name,
        "",
        "is not a metric of this job; " + Suggestions.didYouMean(name, known, choices));
  }
}
