package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Values;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks a rollup against its summary: that it adds up only what adds up. */
final class RollupCheck {
  /** A column of every summary, which counts as one of its metrics does. */
  private static final MetricSpec ROW_COUNT = new MetricSpec("row_count", Function.COUNT, "*");

  private static final Set<Function> NUMBERS_OF_ROWS =
      EnumSet.of(Function.DISTINCT, Function.APPROXIMATE_DISTINCT);
  private static final Set<Function> ADDED = EnumSet.of(Function.COUNT, Function.SUM);

  private final ViewFile view;
  private final RollupSpec rollup;
  private final AggregateSpec summary;

  RollupCheck(ViewFile view, RollupSpec rollup, AggregateSpec summary) {
    this.view = view;
    this.rollup = rollup;
    this.summary = summary;
  }

  /** Adds what is wrong to the file's problems. */
  void check() {
    if (summary.window() == Window.RUNNING_DAY) {
      view.section()
          .refuse(
              ViewKeys.OF,
              "holds totals of the day so far, which do not add up; roll up a summary with another"
                  + " window");
      return;
    }
    ViewCheck.dimensions(view, rollup.by(), RollupKeys.BY, summary);
    ViewCheck.dimensions(view, rollup.each(), RollupKeys.EACH, summary);
    window();
    if (rollup.grainOf(summary).size() == rollup.by().size() && !rollup.addsUp(summary)) {
      view.shape()
          .refuse(
              RollupKeys.BY,
              "has all dimensions of %s, in its window, so that nothing is rolled up; leave one out, or declare a longer window"
                  .formatted(summary.output()));
    }
    rollup.metrics().forEach(this::metric);
  }

  private void window() {
    Window window = rollup.windowOf(summary);
    if (window.compareTo(summary.window()) < 0) {
      view.shape()
          .refuse(
              RollupKeys.WINDOW,
              "is shorter than the windows of %s; use '%s' or a longer one"
                  .formatted(summary.output(), summary.window().text()));
    } else if (window != summary.window() && summary.hasOwnTimes()) {
      view.shape()
          .refuse(
              RollupKeys.WINDOW,
              "would add up windows of other days: %s has metrics with a time of their own; remove it, or name a summary by event time"
                  .formatted(summary.output()));
    }
  }

  private void metric(RollupMetric metric) {
    Section section = view.shape().get(RollupKeys.METRICS).get(metric.name());
    Key<String> key = RollupKeys.BY_FUNCTION.get(metric.function());
    if (metric.function() == Function.DISTINCT) {
      distinct(section, key, metric.column());
    } else if (!metric.ofEveryRow() && !countsDimension(metric)) {
      if (of(section, key, metric.column())) {
        overMetric(section, key, metric);
      }
    }
    metric
        .having()
        .keySet()
        .forEach(
            column -> {
              String problem = problem(column);
              if (problem != null) {
                section.refuse(RollupKeys.HAVING, column, column, problem);
              }
            });
  }

  private boolean countsDimension(RollupMetric metric) {
    return metric.function() == Function.COUNT && rollup.grainOf(summary).contains(metric.column());
  }

  private void distinct(Section section, Key<String> key, String column) {
    if (rollup.by().contains(column)) {
      section.refuse(key, "is in 'by', so that a row has one; name a dimension that is not");
    } else if (!rollup.grainOf(summary).contains(column)) {
      section.refuse(
          key,
          summary.dimensions().contains(column)
              ? "is added up before anything is counted; add it to 'each'"
              : isMetric(column)
                  ? "is a metric, whose values nobody counts; name a dimension of "
                      + summary.output()
                  : ViewCheck.isNoDimension(summary, column));
    }
  }

  /** Whether a metric is there, and is right in the rows that are computed over. */
  private boolean of(Section section, Key<String> key, String column) {
    String problem = problem(column);
    if (problem != null) {
      section.refuse(key, problem);
    }
    return problem == null;
  }

  private String problem(String column) {
    if (!isMetric(column)) {
      return ViewCheck.lacks(summary, column);
    }
    return !rollup.addsUp(summary)
        ? null
        : distincts(column).stream()
            .findFirst()
            .map(
                distinct ->
                    "%sdoes not add up over %s, and 'each' and 'window' have it added up; %s"
                        .formatted(
                            distinct.name().equals(column)
                                ? "is " + distinct.definition() + ", which "
                                : "is made of " + distinct.definition() + ", which ",
                            rollup.windowOf(summary) == summary.window() ? "dimensions" : "windows",
                            remedy(distinct)))
            .orElse(null);
  }

  /** The exact distincts that a metric is made of. */
  private List<MetricSpec> distincts(String column) {
    return stored(column)
        .map(
            metric ->
                metric.function() == Function.DISTINCT ? List.of(metric) : List.<MetricSpec>of())
        .orElseGet(
            () ->
                derived(column).stream()
                    .flatMap(metric -> metric.parts().stream())
                    .flatMap(part -> distincts(part).stream())
                    .toList());
  }

  private void overMetric(Section section, Key<String> key, RollupMetric metric) {
    Optional<MetricSpec> over = stored(metric.column());
    Function function = over.map(MetricSpec::function).orElse(null);
    String definition =
        over.map(MetricSpec::definition)
            .orElseGet(() -> derived(metric.column()).orElseThrow().definition());
    switch (metric.function()) {
      case SUM -> {
        if (!ADDED.contains(function)) {
          section.refuse(key, "is " + definition + ", " + doesNotAddUp(metric.column(), over));
        }
      }
      case AVERAGE -> {
        if (!ADDED.contains(function)
            && !NUMBERS_OF_ROWS.contains(function)
            && function != Function.AVERAGE) {
          section.refuse(
              key,
              "is "
                  + definition
                  + ", whose mean weighs every row alike; "
                  + (over.isPresent()
                      ? "write min or max"
                      : "take metrics of what it is made of, and let the reader divide"));
        }
      }
      case APPROXIMATE_DISTINCT -> {
        if (function != Function.APPROXIMATE_DISTINCT) {
          section.refuse(
              key,
              "is "
                  + definition
                  + ", which has no sketch to merge; declare it with 'approximate-distinct' in job "
                  + summary.name());
        }
      }
      case COUNT, MIN, MAX, DISTINCT -> {
        // Whatever a row has can be counted and compared.
      }
    }
  }

  private String doesNotAddUp(String column, Optional<MetricSpec> over) {
    if (over.isEmpty()) {
      return "which does not add up; sum what it is made of, and let the reader divide";
    }
    return switch (over.get().function()) {
      case DISTINCT, APPROXIMATE_DISTINCT ->
          "and its sum counts a value once for each row that has it; " + remedy(over.get());
      case AVERAGE ->
          "which does not add up; write 'average: %s', the mean of all that it is made of"
              .formatted(column);
      default ->
          "which does not add up; write '%s: %s'"
              .formatted(Values.text(over.get().function()), column);
    };
  }

  /** How else different values may be counted. */
  private String remedy(MetricSpec distinct) {
    if (distinct.function() == Function.APPROXIMATE_DISTINCT) {
      return "write 'approximate-distinct: " + distinct.name() + "'";
    }
    return summary.dimensions().contains(distinct.column())
            && !rollup.by().contains(distinct.column())
        ? "write 'distinct: " + distinct.column() + "'"
        : "roll up a summary that has '%s' as a dimension, or add a granularity to job %s"
            .formatted(distinct.column(), summary.name());
  }

  private boolean isMetric(String column) {
    return stored(column).isPresent() || derived(column).isPresent();
  }

  private Optional<MetricSpec> stored(String column) {
    return column.equals(ROW_COUNT.name())
        ? Optional.of(ROW_COUNT)
        : summary.metrics().stream().filter(each -> each.name().equals(column)).findFirst();
  }

  private Optional<DerivedMetric> derived(String column) {
    return summary.derived().stream().filter(each -> each.name().equals(column)).findFirst();
  }
}
