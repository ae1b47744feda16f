package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Makes an aggregate of its file. */
final class AggregateReader {
  private static final Set<String> TAKEN =
      Set.of(SystemColumns.DT, "window_start", "row_count", AggregateSpec.GRANULARITY);

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
                    dimensions(job),
                    job.get(JobKeys.GRANULARITIES),
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
    List<String> dimensions = dimensions(job);
    if (!name.matches("[a-z][a-z0-9_]*")) {
      metric.refuse("is not a metric name; use lower-case letters, digits and underscores");
    } else if (TAKEN.contains(name)) {
      metric.refuse("has the name of a column that Tidemark adds; choose another name");
    } else if (Stream.of("__sum", "__count", "__sketch").anyMatch(name::endsWith)) {
      metric.refuse(
          "ends like the parts Tidemark keeps of a metric; choose a name without __sum, __count or"
              + " __sketch");
    } else if (dimensions != null && dimensions.contains(name)) {
      metric.refuse("has the name of a dimension; choose another name");
    } else if (ReconcileKeys.WORDS.find(name).isPresent()) {
      metric.refuse("has the name of a key below reconcile; choose another name");
    }
  }

  /** All columns that are grouped by, each once. */
  private static List<String> dimensions(Section job) {
    Map<String, List<String>> granularities = job.get(JobKeys.GRANULARITIES);
    return granularities == null || granularities.isEmpty()
        ? job.get(JobKeys.DIMENSIONS)
        : granularities.values().stream().flatMap(List::stream).distinct().toList();
  }

  private static void checkDimensions(Section job) {
    Map<String, List<String>> granularities = job.get(JobKeys.GRANULARITIES);
    if (granularities != null && job.has(JobKeys.GRANULARITIES)) {
      checkGranularities(job, granularities);
    } else if (job.get(JobKeys.DIMENSIONS) != null) {
      check(job, JobKeys.DIMENSIONS, "", job.get(JobKeys.DIMENSIONS));
    }
  }

  private static void checkGranularities(Section job, Map<String, List<String>> granularities) {
    if (job.has(JobKeys.DIMENSIONS)) {
      job.refuse(
          JobKeys.GRANULARITIES, "stand in place of 'dimensions'; remove one of the two keys");
    }
    if (granularities.size() < 2) {
      job.refuse(
          JobKeys.GRANULARITIES,
          "are "
              + (granularities.isEmpty() ? "none" : "one")
              + "; name two or more, or write 'dimensions: [first, second]'");
    }
    Map<Set<String>, String> names = new HashMap<>();
    granularities.forEach(
        (name, dimensions) -> {
          if (!name.matches("[a-z][a-z0-9_]*")) {
            job.refuse(
                JobKeys.GRANULARITIES,
                name,
                "",
                "is not a name; use lower-case letters, digits and underscores");
          }
          check(job, JobKeys.GRANULARITIES, name, dimensions);
          String other = names.putIfAbsent(Set.copyOf(dimensions), name);
          if (other != null) {
            job.refuse(
                JobKeys.GRANULARITIES,
                name,
                "",
                "has the dimensions of '" + other + "'; keep one of the two");
          }
        });
  }

  private static void check(Section job, Key<?> key, String below, List<String> dimensions) {
    ColumnNames.firstRepeated(dimensions)
        .ifPresent(name -> job.refuse(key, below, name, "is named twice; name it once"));
    for (String name : Set.copyOf(dimensions)) {
      if (TAKEN.contains(name)) {
        job.refuse(
            key,
            below,
            name,
            name.equals(SystemColumns.DT)
                ? "is always grouped by; remove it"
                : "is the name of a column that Tidemark adds; rename the input's column");
      }
    }
  }
}
