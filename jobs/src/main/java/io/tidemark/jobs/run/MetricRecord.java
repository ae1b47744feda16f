package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.RegisteredMetric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;

/**
 * What each version of a registered metric stands for, written down with every table that has the
 * metric: the property {@code tidemark.metric.NAME.VERSION} holds the definition. It is written
 * once, when a job first writes by that version, and never changed, so a version means the same for
 * ever. Going back to an older one, as it was, is no change.
 */
public final class MetricRecord {
  private static final String PREFIX = "tidemark.metric.";

  private MetricRecord() {}

  /** Which metrics of jobs stand for something else than their tables have written down. */
  public static List<Problem> problems(Lakehouse lake, List<JobSpec> jobs) {
    Map<AggregateSpec, Map<String, String>> tables = new LinkedHashMap<>();
    for (JobSpec job : jobs) {
      if (job instanceof AggregateSpec aggregate
          && !aggregate.registered().isEmpty()
          && lake.exists(job.output())) {
        tables.put(aggregate, lake.load(job.output()).properties());
      }
    }
    return problems(tables);
  }

  /**
   * Writes down what a table has not written down yet.
   *
   * @throws ConfigurationException when it has something else
   */
  static void keep(Table table, AggregateSpec job) {
    List<Problem> problems = problems(Map.of(job, table.properties()));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    Map<String, String> missing = new TreeMap<>();
    for (RegisteredMetric metric : job.registered().values()) {
      if (!table.properties().containsKey(property(metric))) {
        missing.put(property(metric), metric.definition().text());
      }
    }
    if (!missing.isEmpty()) {
      UpdateProperties update = table.updateProperties();
      missing.forEach(update::set);
      update.commit();
    }
  }

  /**
   * The problems of jobs.
   *
   * @param tables the properties of their tables
   */
  static List<Problem> problems(Map<AggregateSpec, Map<String, String>> tables) {
    List<Problem> problems = new ArrayList<>();
    tables.forEach(
        (job, properties) -> {
          for (RegisteredMetric metric : job.registered().values()) {
            String declared = metric.definition().text();
            Optional.ofNullable(properties.get(property(metric)))
                .filter(recorded -> !recorded.equals(declared))
                .map(recorded -> remedy(job, recorded, declared, next(metric, tables)))
                .map(remedy -> problem(metric, remedy))
                .ifPresent(problems::add);
          }
        });
    return problems;
  }

  private static String remedy(AggregateSpec job, String recorded, String declared, long next) {
    return "stands for %s in table %s, and is %s now; raise version to %d, or take the change back"
        .formatted(recorded, job.output(), declared, next);
  }

  private static Problem problem(RegisteredMetric metric, String remedy) {
    return new Problem(
        metric.file(),
        "metrics." + metric.name() + ".version",
        Long.toString(metric.version()),
        remedy);
  }

  /** The first version that no table has written down. */
  private static long next(
      RegisteredMetric metric, Map<AggregateSpec, Map<String, String>> tables) {
    String prefix = PREFIX + metric.name() + ".";
    return tables.values().stream()
            .flatMap(properties -> properties.keySet().stream())
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .filter(version -> version.matches("\\d{1,18}"))
            .mapToLong(Long::parseLong)
            .max()
            .orElse(metric.version())
        + 1;
  }

  private static String property(RegisteredMetric metric) {
    return PREFIX + metric.name() + "." + metric.version();
  }
}
