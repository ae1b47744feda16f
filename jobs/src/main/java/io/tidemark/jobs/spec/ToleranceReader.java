package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes tolerances of {@code reconcile: { tolerance: 1%, pv: 0 }}. */
final class ToleranceReader {
  private static final String STANDARD = "tolerance";

  private ToleranceReader() {}

  /** The tolerances; {@code null} after a problem. */
  static Tolerances read(Section job, List<String> metrics) {
    Map<String, Double> declared = job.get(JobKeys.RECONCILE);
    if (declared == null) {
      return null;
    }
    Map<String, Double> byMetric = new HashMap<>(declared);
    byMetric.remove(STANDARD);
    for (String name : declared.keySet()) {
      if (!name.equals(STANDARD) && !metrics.contains(name)) {
        String known = "write tolerance, or a metric: " + String.join(", ", metrics);
        job.refuse(
            JobKeys.RECONCILE,
            name,
            "",
            "is not a metric of this job; " + Suggestions.didYouMean(name, metrics, known));
      }
    }
    double standard = declared.getOrDefault(STANDARD, Tolerances.DEFAULT.standard());
    return new Tolerances(standard, byMetric);
  }
}
