package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.jobs.spec.MetricDefinition.OfMetrics;
import io.tidemark.jobs.spec.MetricDefinition.OverColumn;
import io.tidemark.jobs.spec.MetricDefinition.Part;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The metrics of a job: its own, and those of the registry that it refers to. */
final class JobMetrics {
  private final Section job;
  private final MetricRegistry registry;
  private final List<MetricSpec> stored = new ArrayList<>();
  private final List<DerivedMetric> derived = new ArrayList<>();
  private final Map<String, RegisteredMetric> registered = new LinkedHashMap<>();

  /** Column of the job by the name of the registry; also where something is wrong with it. */
  private final Map<String, String> columns = new LinkedHashMap<>();

  private boolean sound = true;

  private JobMetrics(Section job, MetricRegistry registry) {
    this.job = job;
    this.registry = registry;
  }

  /**
   * Reads the metrics of a job, and adds what is wrong to its problems.
   *
   * @param declared as written, by the job's names of them
   */
  static JobMetrics read(Section job, Map<String, Section> declared, MetricRegistry registry) {
    JobMetrics metrics = new JobMetrics(job, registry);
    declared.forEach(
        (name, section) ->
            Optional.ofNullable(section.get(MetricKeys.METRIC))
                .ifPresent(metric -> metrics.columns.putIfAbsent(metric, name)));
    declared.forEach(metrics::add);
    metrics.registered.forEach((column, metric) -> metrics.derive(declared, column, metric));
    return metrics;
  }

  /** Whether nothing was wrong with any of them. */
  boolean sound() {
    return sound;
  }

  /** What the table has columns for, in order. */
  List<MetricSpec> stored() {
    return stored;
  }

  /** What is made of those. */
  List<DerivedMetric> derived() {
    return derived;
  }

  /** The registry's entry of each column that has one. */
  Map<String, RegisteredMetric> registered() {
    return registered;
  }

  private void add(String name, Section section) {
    List<Function> functions = MetricKeys.declared(section);
    int count = functions.size() + (section.has(MetricKeys.METRIC) ? 1 : 0);
    if (section.sound() && count != 1) {
      section.refuse(
          "declares "
              + count
              + " functions; write exactly one of "
              + String.join(", ", MetricKeys.alternatives()));
    }
    if (!section.sound()) {
      sound = false;
    } else if (functions.isEmpty()) {
      if (section.has(MetricKeys.WHERE)) {
        refuse(
            section,
            "counts the rows that the registry says; remove 'where', or write a function with it");
      }
      if (section.has(MetricKeys.TIME)) {
        refuse(
            section,
            "counts by the time that the registry says; remove 'time', or write a function with it");
      }
      refer(name, section, section.get(MetricKeys.METRIC));
    } else {
      Function function = functions.get(0);
      if (section.has(MetricKeys.TIME) && job.get(JobKeys.WINDOW) == Window.ONE_DAY) {
        sound = false;
        section.refuse(
            MetricKeys.TIME,
            "chooses a window of the day, and this job has one alone; remove it, or declare another"
                + " window");
      }
      stored.add(
          new MetricSpec(
              name,
              function,
              MetricKeys.column(section, function),
              new TreeMap<>(section.get(MetricKeys.WHERE)),
              SystemColumns.EVENT_TIME.equals(section.get(MetricKeys.TIME))
                  ? null
                  : section.get(MetricKeys.TIME)));
    }
  }

  private void refer(String name, Section section, String metric) {
    Optional<RegisteredMetric> found = registry.find(metric);
    if (found.isEmpty()) {
      sound = false;
      if (registry.lacks(metric)) {
        section.refuse(
            MetricKeys.METRIC,
            "is not a metric below conf/metrics; "
                + Suggestions.didYouMean(
                    metric,
                    registry.names(),
                    "declare it there, or write a function, '{ count: \"*\" }' say"));
      }
      return;
    }
    if (!columns.get(metric).equals(name)) {
      refuse(
          section, "is column " + columns.get(metric) + " of this job already; keep one of them");
    }
    registered.put(name, found.get());
    if (found.get().definition() instanceof OverColumn over) {
      checkInput(section, over);
      stored.add(new MetricSpec(name, over.function(), over.column()));
    }
  }

  private void checkInput(Section section, OverColumn over) {
    TableName input = job.get(JobKeys.INPUT);
    if (input != null && over.input() != null && !over.input().equals(input)) {
      refuse(
          section,
          "is computed over %s, and this job reads %s; take a metric over that, or write a function"
              .formatted(over.input(), input));
    }
  }

  private void derive(Map<String, Section> declared, String column, RegisteredMetric metric) {
    if (!(metric.definition() instanceof OfMetrics made)) {
      return;
    }
    List<String> missing =
        made.parts().stream().map(Part::metric).filter(part -> !columns.containsKey(part)).toList();
    if (missing.isEmpty()) {
      derived.add(
          new DerivedMetric(
              column,
              made.operation(),
              made.parts().stream().map(part -> columns.get(part.metric())).toList()));
    } else {
      refuse(
          declared.get(column),
          "is %s, and this job does not have %s; add it to the job's metrics, as '%s: %s'"
              .formatted(
                  metric.definition().text(),
                  String.join(" and ", missing),
                  missing.get(0),
                  missing.get(0)));
    }
  }

  private void refuse(Section section, String remedy) {
    sound = false;
    section.refuse(MetricKeys.METRIC, remedy);
  }
}
