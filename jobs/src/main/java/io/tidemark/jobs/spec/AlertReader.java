package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.jobs.spec.AlertSpec.Above;
import io.tidemark.jobs.spec.AlertSpec.Below;
import io.tidemark.jobs.spec.AlertSpec.Change;
import io.tidemark.jobs.spec.AlertSpec.Condition;
import io.tidemark.jobs.spec.AlertSpec.Stale;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes the alerts of jobs, of sinks and of metrics of the registry. */
final class AlertReader {
  private static final long MOST_WINDOWS = 100;
  private static final BigDecimal ALL = BigDecimal.valueOf(100);
  private static final List<Key<?>> OVER_METRIC =
      List.of(AlertKeys.ABOVE, AlertKeys.BELOW, AlertKeys.CHANGE);
  private static final List<Key<?>> OVER_WINDOWS =
      List.of(AlertKeys.METRIC, AlertKeys.FOR, AlertKeys.SETTLE, AlertKeys.ONLY);

  private final Map<String, JobFile> jobs = new TreeMap<>();
  private final boolean complete;
  private final Map<String, String> taken = new HashMap<>();
  private final List<AlertSpec> alerts = new ArrayList<>();

  private AlertReader(List<JobFile> jobs, boolean complete) {
    jobs.stream()
        .filter(job -> job.name() != null)
        .forEach(job -> this.jobs.putIfAbsent(job.name(), job));
    this.complete = complete;
  }

  /**
   * The alerts without problems; what is wrong is added to the files' problems.
   *
   * @param complete whether every job could be read; else a missing one is no problem
   */
  static List<AlertSpec> read(
      List<JobFile> jobs, List<SinkFile> sinks, MetricRegistry metrics, boolean complete) {
    AlertReader reader = new AlertReader(jobs, complete);
    jobs.forEach(job -> reader.ofFile(job.name(), job.section(), job.spec()));
    sinks.forEach(sink -> reader.ofFile(sink.section().get(JobKeys.JOB), sink.section(), null));
    metrics.alerts().forEach(reader::ofMetric);
    return List.copyOf(reader.alerts);
  }

  /**
   * The alerts of a job's or a sink's file.
   *
   * @param spec {@code null} of a sink, and of a job with problems of its own
   */
  private void ofFile(String job, Section file, JobSpec spec) {
    Map<String, Section> declared = file.get(AlertKeys.ALERTS);
    if (job == null || declared == null) {
      return;
    }
    declared.forEach(
        (name, section) -> {
          checkName(job, name, section);
          Optional<Key<?>> kind = kind(section, AlertKeys.FRESHNESS);
          if (kind.isEmpty()) {
            return;
          }
          if (kind.get() == AlertKeys.FRESHNESS) {
            stale(job, name, section, file.get(JobKeys.FRESHNESS));
          } else if (spec instanceof AggregateSpec aggregate) {
            ofColumn(aggregate, name, section, kind.get(), file.get(JobKeys.FRESHNESS));
          } else if (!jobs.containsKey(job) || spec != null) {
            section.refuse(
                kind.get(),
                "",
                "",
                "is for the metrics of an aggregate, and this job has none; write 'freshness: ...', or"
                    + " declare it with the job that has the metric");
          }
        });
  }

  private void ofColumn(
      AggregateSpec job, String name, Section section, Key<?> kind, Duration objective) {
    String column = section.get(AlertKeys.METRIC);
    List<String> columns = columns(job);
    if (column == null) {
      section.refuse(
          AlertKeys.METRIC,
          "",
          "",
          "is missing; write 'metric: %s', or another of %s"
              .formatted(columns.get(0), String.join(", ", columns)));
    } else if (!columns.contains(column)) {
      section.refuse(
          AlertKeys.METRIC,
          "is not a metric of job %s; %s"
              .formatted(
                  job.name(),
                  Suggestions.didYouMean(
                      column, columns, "the metrics are " + String.join(", ", columns))));
    } else {
      add(new AlertedMetric(job, column), name, section, kind, objective);
    }
  }

  private static List<String> columns(AggregateSpec job) {
    return Stream.concat(
            job.metrics().stream().map(MetricSpec::name),
            job.derived().stream().map(DerivedMetric::name))
        .toList();
  }

  /** The alerts beside a metric of the registry. */
  private void ofMetric(String metric, Map<String, Section> declared) {
    declared.forEach(
        (name, section) -> {
          Optional<Key<?>> kind = kind(section, null);
          String job = section.get(AlertKeys.OF_JOB);
          JobFile file = job == null ? null : jobs.get(job);
          if (file == null) {
            refuseJob(section, job, metric);
          } else if (file.spec() != null) {
            checkName(job, name, section);
            Optional<String> column = columnOf(file.spec(), metric);
            if (column.isEmpty()) {
              refuseJob(section, job, metric);
            } else if (kind.isPresent()) {
              add(
                  new AlertedMetric((AggregateSpec) file.spec(), column.get()),
                  name,
                  section,
                  kind.get(),
                  file.freshness());
            }
          }
        });
  }

  private static Optional<String> columnOf(JobSpec job, String metric) {
    return job instanceof AggregateSpec aggregate
        ? aggregate.registered().entrySet().stream()
            .filter(entry -> entry.getValue().name().equals(metric))
            .map(Map.Entry::getKey)
            .findFirst()
        : Optional.empty();
  }

  private void refuseJob(Section section, String job, String metric) {
    List<String> having =
        jobs.values().stream()
            .filter(each -> each.spec() != null && columnOf(each.spec(), metric).isPresent())
            .map(JobFile::name)
            .toList();
    if (job != null && complete) {
      section.refuse(
          AlertKeys.OF_JOB,
          "is no job that has metric %s; %s"
              .formatted(
                  metric,
                  having.isEmpty()
                      ? "no job has it"
                      : Suggestions.didYouMean(
                          job, having, "those that have it: " + String.join(", ", having))));
    }
  }

  private void checkName(String job, String name, Section section) {
    String other = taken.putIfAbsent(job + "." + name, section.file());
    if (!TableName.isIdentifier(name)) {
      section.refuse("is not a name; use lower-case letters, digits and underscores");
    } else if (other != null) {
      section.refuse(
          "is the name of another alert of job %s, in %s; choose another".formatted(job, other));
    }
  }

  /**
   * Which of the conditions is declared; nothing when not exactly one is, which is a problem.
   *
   * @param freshness {@code null} where that is none of them
   */
  private static Optional<Key<?>> kind(Section section, Key<?> freshness) {
    List<Key<?>> known = new ArrayList<>(OVER_METRIC);
    if (freshness != null) {
      known.add(freshness);
    }
    List<Key<?>> kinds = known.stream().filter(section::has).toList();
    if (section.sound() && kinds.size() != 1) {
      section.refuse(
          "declares %d conditions; write exactly one of %s"
              .formatted(kinds.size(), String.join(", ", known.stream().map(Key::name).toList())));
    }
    return section.sound() ? Optional.of(kinds.get(0)) : Optional.empty();
  }

  private void stale(String job, String name, Section section, Duration objective) {
    OVER_WINDOWS.stream()
        .filter(section::has)
        .forEach(
            key ->
                section.refuse(
                    key, "", "", "is for a metric; freshness is looked at as it is, so remove it"));
    Optional<Duration> limit = section.get(AlertKeys.FRESHNESS);
    if (limit.isPresent() || objective != null) {
      Duration allowed = limit.orElse(objective);
      build(section, job, name, new Stale(allowed), 1, Duration.ZERO, Map.of(), allowed);
    }
  }

  private void add(
      AlertedMetric metric, String name, Section section, Key<?> kind, Duration objective) {
    Condition condition = condition(metric.column(), section, kind);
    checkOnly(metric, section);
    if (metric.parts().stream().anyMatch(part -> part.time() != null)) {
      section.refuse(
          kind,
          "",
          "",
          "looks at a metric with a time of its own, whose windows may be of other days; look at"
              + " one by event time");
    }
    long windows = section.get(AlertKeys.FOR);
    if (windows > MOST_WINDOWS) {
      section.refuse(
          AlertKeys.FOR,
          "is more than %d windows; look at larger windows, of another job"
              .formatted(MOST_WINDOWS));
    }
    build(
        section,
        metric.job().name(),
        name,
        condition,
        (int) windows,
        section.get(AlertKeys.SETTLE),
        section.get(AlertKeys.ONLY),
        objective);
  }

  private void build(
      Section section,
      String job,
      String name,
      Condition condition,
      int windows,
      Duration settle,
      Map<String, List<String>> only,
      Duration patience) {
    AlertSpec alert =
        section.build(
            () ->
                new AlertSpec(
                    job,
                    name,
                    condition,
                    windows,
                    settle,
                    only,
                    section.get(AlertKeys.TO),
                    section.get(AlertKeys.REMIND_AFTER),
                    patience));
    if (alert != null) {
      alerts.add(alert);
    }
  }

  private static Condition condition(String column, Section section, Key<?> kind) {
    if (kind == AlertKeys.ABOVE) {
      return new Above(column, section.get(AlertKeys.ABOVE));
    }
    if (kind == AlertKeys.BELOW) {
      return new Below(column, section.get(AlertKeys.BELOW));
    }
    Section change = section.get(AlertKeys.CHANGE);
    BigDecimal falls = change.get(AlertKeys.FALLS_BY);
    BigDecimal rises = change.get(AlertKeys.RISES_BY);
    Duration against = change.get(AlertKeys.AGAINST);
    Duration days = Duration.ofDays(against.toDays());
    if (!against.equals(days) || days.toDays() > Integer.MAX_VALUE) {
      refuse(
          section,
          change,
          AlertKeys.AGAINST,
          "is not a number of days, and windows divide days; write '7 days'");
    }
    if (falls == null && rises == null) {
      refuse(
          section,
          change,
          null,
          "says no direction; write 'falls-by: 30%', 'rises-by: 30%' or both");
    }
    if (falls != null && falls.compareTo(ALL) >= 0) {
      refuse(
          section, change, AlertKeys.FALLS_BY, "is never reached: a fall by 100% leaves nothing");
    }
    return new Change(column, (int) days.toDays(), falls, rises);
  }

  /** A problem with what is below {@code change} is one of the alert, too. */
  private static void refuse(Section alert, Section change, Key<?> key, String remedy) {
    if (key == null) {
      alert.refuse(AlertKeys.CHANGE, remedy);
    } else if (change.has(key)) {
      alert.refuse(AlertKeys.CHANGE, key.name(), "", remedy);
    }
  }

  private static void checkOnly(AlertedMetric metric, Section section) {
    Map<String, List<String>> only = section.get(AlertKeys.ONLY);
    List<String> dimensions = metric.job().dimensions();
    only.forEach(
        (dimension, values) -> {
          if (!dimensions.contains(dimension)) {
            section.refuse(
                AlertKeys.ONLY,
                dimension,
                "",
                "is not a dimension of job %s; %s"
                    .formatted(
                        metric.job().name(),
                        Suggestions.didYouMean(
                            dimension,
                            dimensions,
                            dimensions.isEmpty()
                                ? "it has none, so remove it"
                                : "they are " + String.join(", ", dimensions))));
          } else if (values.isEmpty()) {
            section.refuse(AlertKeys.ONLY, dimension, "", "names no value; write [first, second]");
          } else {
            ColumnNames.firstRepeated(values)
                .ifPresent(
                    value ->
                        section.refuse(
                            AlertKeys.ONLY, dimension, value, "is named twice; name it once"));
          }
        });
    if (!metric.job().granularities().isEmpty()) {
      section.refuse(
          AlertKeys.ONLY,
          "",
          "",
          "would look at several granularities of job %s at once; look at a job with 'dimensions'"
              .formatted(metric.job().name()));
      return;
    }
    if (!metric.addsUpOverKeys() && !only.keySet().containsAll(dimensions)) {
      section.refuse(
          AlertKeys.ONLY,
          "",
          "",
          ("has to name values of %s: %s is made of a distinct or an average, which do not add up"
                  + " over keys; or look at a job without these dimensions")
              .formatted(String.join(", ", dimensions), metric.column()));
    }
  }
}
