package io.tidemark.tags.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.DerivedMetric;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.tags.history.MetricType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks that each input is a daily summary by user, and its metrics are of a kind to add up. */
final class InputCheck {
  /** Columns that results have anyway. */
  static final Set<String> RESERVED =
      Set.of("dt", "users", "days", "bucket", "piece", "first_day", "last_day");

  /** Columns that the tables of a history have beside its metrics. */
  private static final Set<String> STORED =
      Set.of("user_id", "number", "level", "first_user", "user_days", "removed");

  private final Section file;
  private final Optional<JobCatalog> jobs;
  private final Map<String, String> metricOf = new HashMap<>();

  private InputCheck(Section file, Optional<JobCatalog> jobs) {
    this.file = file;
    this.jobs = jobs;
  }

  /** The inputs of a file; those with problems are left out. */
  static Map<TableName, Map<String, MetricType>> read(Section file, Optional<JobCatalog> jobs) {
    Map<TableName, Map<String, MetricType>> inputs = new LinkedHashMap<>();
    Map<String, Map<String, MetricType>> declared = file.get(HistoryKeys.INPUTS);
    if (declared == null) {
      return inputs;
    }
    if (declared.isEmpty()) {
      file.refuse(HistoryKeys.INPUTS, "is empty; name a daily table and its metrics");
    }
    InputCheck check = new InputCheck(file, jobs);
    declared.forEach(
        (name, metrics) -> {
          try {
            TableName table = TableName.parse(name);
            check.metrics(name, metrics);
            jobs.ifPresent(all -> check.writer(table, metrics));
            inputs.put(table, metrics);
          } catch (IllegalArgumentException e) {
            file.refuse(HistoryKeys.INPUTS, name, "", withoutName(e.getMessage(), name));
          }
        });
    return inputs;
  }

  private void metrics(String input, Map<String, MetricType> metrics) {
    if (metrics.isEmpty()) {
      file.refuse(
          HistoryKeys.INPUTS, input, "", "has no metric; write 'name: type' lines below it");
    }
    for (String metric : metrics.keySet()) {
      String other = metricOf.putIfAbsent(metric, input);
      if (other != null) {
        refuse(input, metric, "is taken from " + other + ", too; keep one of them");
      } else if (RESERVED.contains(metric)
          || STORED.contains(metric)
          || metric.equals(file.get(HistoryKeys.USER))) {
        refuse(input, metric, "is a column that the history has anyway; name the metric otherwise");
      } else if (!TableName.isIdentifier(metric)) {
        refuse(input, metric, "is not a name; use lower-case letters, digits and underscores");
      }
    }
  }

  private void writer(TableName table, Map<String, MetricType> metrics) {
    Optional<JobSpec> writer = jobs.flatMap(all -> all.writerOf(table));
    if (!(writer.orElse(null) instanceof AggregateSpec summary)) {
      List<String> tables =
          jobs.stream()
              .flatMap(all -> all.jobs().stream())
              .filter(AggregateSpec.class::isInstance)
              .map(job -> job.output().toString())
              .toList();
      file.refuse(
          HistoryKeys.INPUTS,
          table.toString(),
          "",
          "is written by no aggregate job, so it has no published days; "
              + Suggestions.didYouMean(
                  table.toString(),
                  tables,
                  "declare a job with dimensions [user] and window 1 day"));
      return;
    }
    String user = file.get(HistoryKeys.USER);
    if (!summary.grouping().equals(List.of(user)) || summary.window() != Window.ONE_DAY) {
      file.refuse(
          HistoryKeys.INPUTS,
          table.toString(),
          "",
          "does not have one row per user and day: job "
              + summary.name()
              + " has to have dimensions ["
              + user
              + "] and window 1 day");
    }
    for (String metric : metrics.keySet()) {
      checkMetric(summary, table.toString(), metric);
    }
  }

  private void checkMetric(AggregateSpec summary, String table, String name) {
    Optional<MetricSpec> metric =
        summary.metrics().stream().filter(each -> each.name().equals(name)).findFirst();
    List<String> known = summary.metrics().stream().map(MetricSpec::name).toList();
    Optional<DerivedMetric> derived =
        summary.derived().stream().filter(each -> each.name().equals(name)).findFirst();
    if (derived.isPresent()) {
      refuse(
          table,
          name,
          "is %s of each user, which is stored nowhere; take what it is made of"
              .formatted(derived.get().definition()));
      return;
    }
    if (metric.isEmpty()) {
      refuse(
          table,
          name,
          "is no metric of job "
              + summary.name()
              + "; "
              + Suggestions.didYouMean(name, known, "write one of " + String.join(", ", known)));
      return;
    }
    switch (metric.get().function()) {
      case AVERAGE, MIN, MAX ->
          refuse(
              table,
              name,
              "is the "
                  + metric.get().function().name().toLowerCase(Locale.ROOT)
                  + " of each user, which does not add up over users; take a count or a sum");
      default -> {}
    }
  }

  private void refuse(String input, String metric, String remedy) {
    file.refuse(HistoryKeys.INPUTS, input + "." + metric, "", remedy);
  }

  private static String withoutName(String message, String name) {
    String start = "'" + name + "' ";
    return message.startsWith(start) ? message.substring(start.length()) : message;
  }
}
