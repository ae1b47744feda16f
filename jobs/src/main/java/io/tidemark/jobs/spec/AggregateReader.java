package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes an aggregate of its file. */
final class AggregateReader {
  private static final Set<String> TAKEN = Set.of(SystemColumns.DT, "window_start", "row_count");

  private AggregateReader() {}

  /**
   * The job, or {@code null} after a problem.
   *
   * @param registry the metrics that it may refer to
   */
  static AggregateSpec read(Section job, MetricRegistry registry) {
    Map<String, Section> declared = job.get(JobKeys.METRICS);
    checkDimensions(job);
    if (declared == null) {
      return null;
    }
    if (declared.isEmpty()) {
      job.refuse(JobKeys.METRICS, "is empty; declare at least one, 'pv: { count: \"*\" }' say");
    }
    declared.forEach((name, section) -> checkName(job, name, section));
    JobMetrics metrics = JobMetrics.read(job, declared, registry);
    ReconcilePolicy reconcile = ReconcileReader.read(job, List.copyOf(declared.keySet()), true);
    return metrics.sound()
        ? job.build(
            () ->
                new AggregateSpec(
                    job.get(JobKeys.JOB),
                    job.get(JobKeys.DESCRIPTION),
                    job.get(JobKeys.OWNER),
                    job.get(JobKeys.INPUT),
                    job.get(JobKeys.DIMENSIONS),
                    job.get(JobKeys.WINDOW),
                    job.get(JobKeys.LATENESS),
                    metrics.stored(),
                    metrics.derived(),
                    metrics.registered(),
                    job.get(JobKeys.OUTPUT),
                    reconcile))
        : null;
  }

  private static void checkName(Section job, String name, Section metric) {
    List<String> dimensions = job.get(JobKeys.DIMENSIONS);
    if (!name.matches("[a-z][a-z0-9_]*")) {
      metric.refuse("is not a metric name; use lower-case letters, digits and underscores");
    } else if (TAKEN.contains(name)) {
      metric.refuse("has the name of a column that Tidemark adds; choose another name");
    } else if (name.endsWith("__sum") || name.endsWith("__count")) {
      metric.refuse(
          "ends like the parts Tidemark keeps of a metric; choose a name without __sum or __count");
    } else if (dimensions != null && dimensions.contains(name)) {
      metric.refuse("has the name of a dimension; choose another name");
    } else if (ReconcileKeys.WORDS.find(name).isPresent()) {
      metric.refuse("has the name of a key below reconcile; choose another name");
    }
  }

  private static void checkDimensions(Section job) {
    List<String> dimensions = job.get(JobKeys.DIMENSIONS);
    if (dimensions == null) {
      return;
    }
    ColumnNames.firstRepeated(dimensions)
        .ifPresent(
            name -> job.refuse(JobKeys.DIMENSIONS, "", name, "is named twice; name it once"));
    for (String name : Set.copyOf(dimensions)) {
      if (TAKEN.contains(name)) {
        job.refuse(
            JobKeys.DIMENSIONS,
            "",
            name,
            name.equals(SystemColumns.DT)
                ? "is always grouped by; remove it"
                : "is the name of a column that Tidemark adds; rename the input's column");
      }
    }
  }
}
