package io.tidemark.jobs.spec;

import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks views against the summaries they read, the jobs' tables, and one another. */
final class ViewCheck {
  /** The grain of a table that holds all until a day. */
  private static final String TO_DATE = "td";

  private static final Set<Function> ADDED_UP =
      Set.of(Function.COUNT, Function.SUM, Function.MIN, Function.MAX);

  private final Map<TableName, JobFile> writers = new HashMap<>();
  private final Map<TableName, String> taken = new HashMap<>();
  private final NamingRules rules;
  private final boolean complete;

  private ViewCheck(List<JobFile> jobs, NamingRules rules, boolean complete) {
    this.rules = rules;
    this.complete = complete;
    for (JobFile job : jobs) {
      writers.putIfAbsent(job.output(), job);
      if (job.spec() != null) {
        job.spec().view().ifPresent(view -> taken.put(view, "is the view of job " + job.name()));
      }
    }
    writers.forEach((table, job) -> taken.put(table, "is written by job " + job.name()));
  }

  /**
   * Adds what is wrong to the files' problems.
   *
   * @param complete whether the output of every job is known; else a missing one is no problem,
   *     because it may be of a file that could not be read
   */
  static void check(List<ViewFile> views, List<JobFile> jobs, NamingRules rules, boolean complete) {
    ViewCheck check = new ViewCheck(jobs, rules, complete);
    views.stream().filter(view -> view.spec() != null).forEach(check::check);
  }

  private void check(ViewFile view) {
    if (!name(view)) {
      return; // A copy of a file would repeat all that is said of the other.
    }
    JobFile writer = writers.get(view.spec().of());
    if (writer == null) {
      if (complete) {
        view.section()
            .refuse(
                ViewKeys.OF,
                "is written by no job; "
                    + Suggestions.didYouMean(
                        view.spec().of().toString(),
                        writers.keySet().stream().map(TableName::toString).sorted().toList(),
                        "name the output of an aggregate"));
      }
    } else if (writer.spec() != null && !(writer.spec() instanceof AggregateSpec)) {
      view.section()
          .refuse(
              ViewKeys.OF,
              "is no summary: job %s is of kind %s; declare an aggregate, and name its output"
                  .formatted(writer.name(), writer.spec().kind()));
    } else if (writer.spec() instanceof AggregateSpec summary) {
      if (!summary.granularities().isEmpty() && !(view.spec().shape() instanceof CurveSpec)) {
        view.section()
            .refuse(
                ViewKeys.OF,
                "has several granularities, whose rows do not stand beside one another; name a"
                    + " summary with 'dimensions'");
      } else if (view.spec().shape() instanceof UsersSpec users) {
        check(view, users, summary);
      } else if (view.spec().shape() instanceof RankingSpec ranking) {
        check(view, ranking, summary);
      } else if (view.spec().shape() instanceof RollupSpec rollup) {
        new RollupCheck(view, rollup, summary).check();
      } else if (view.spec().shape() instanceof CurveSpec curve) {
        String problem =
            summary.hasOwnTimes()
                ? "has metrics with a time of their own, whose windows may be of other days; name a"
                    + " summary by event time"
                : curve.refuses(summary.window());
        if (problem != null) {
          view.section().refuse(ViewKeys.OF, problem);
        }
      }
    }
  }

  /** Checks the name; whether nothing else has it. */
  private boolean name(ViewFile view) {
    TableName name = view.spec().name();
    if (name.name().endsWith(ViewSpec.SUFFIX)) {
      String stem = name.name().substring(0, name.name().length() - ViewSpec.SUFFIX.length());
      if (TableName.isIdentifier(stem)) {
        rules
            .check(new TableName(name.layer(), stem))
            .forEach(remedy -> view.section().refuse(ViewKeys.VIEW, remedy));
      }
    } else {
      view.section()
          .refuse(
              ViewKeys.VIEW, "is not named as a view; write " + name.withSuffix(ViewSpec.SUFFIX));
    }
    rules
        .checkFlow(view.spec().of(), name)
        .forEach(remedy -> view.section().refuse(ViewKeys.OF, remedy));
    return take(view, view.section(), ViewKeys.VIEW, name);
  }

  private boolean take(ViewFile view, Section at, Key<?> key, TableName name) {
    String other = taken.putIfAbsent(name, "is declared by " + view.section().file() + ", too");
    if (other != null) {
      at.refuse(key, other + "; choose another name");
    }
    return other == null;
  }

  private void known(ViewFile view, TableName known) {
    rules
        .checkSummary(known, TO_DATE)
        .forEach(remedy -> view.shape().refuse(ViewKeys.KNOWN, remedy));
    rules
        .checkFlow(view.spec().of(), known)
        .forEach(remedy -> view.section().refuse(ViewKeys.OF, remedy));
    take(view, view.shape(), ViewKeys.KNOWN, known);
    take(view, view.section(), ViewKeys.VIEW, view.spec().recent());
  }

  private void check(ViewFile view, UsersSpec users, AggregateSpec summary) {
    if (users.known() != null && view.spec().name().name().endsWith(ViewSpec.SUFFIX)) {
      known(view, users.known());
    }
    dimensions(view, List.of(users.user()), ViewKeys.USER, summary);
    dimensions(view, users.by(), ViewKeys.BY, summary);
    free(view, users.by(), Set.of(UsersSpec.ACTIVE, UsersSpec.NEW, UsersSpec.RETURNING));
    if (users.known() != null) {
      users.dimensions().stream()
          .filter(Set.of(UsersSpec.FIRST_DAY, UsersSpec.LAST_DAY)::contains)
          .forEach(
              name ->
                  view.shape()
                      .refuse(
                          ViewKeys.KNOWN,
                          "would have two columns '%s', the dimension and its own; rename the dimension in the summary's input"
                              .formatted(name)));
    }
    if (users.byMinute()) {
      Optional<MetricSpec> first = metric(summary, users.firstSeen());
      if (first.isEmpty()) {
        view.shape().refuse(ViewKeys.FIRST_SEEN, lacks(summary, users.firstSeen()));
      } else if (first.get().function() != Function.MIN
          || !first.get().column().equals(SystemColumns.EVENT_TIME)) {
        view.shape()
            .refuse(
                ViewKeys.FIRST_SEEN,
                "is %s, which does not say when a user was first seen; name a metric min(event_time)"
                    .formatted(first.get().definition()));
      }
    }
  }

  private static void check(ViewFile view, RankingSpec ranking, AggregateSpec summary) {
    dimensions(view, ranking.ranked(), ViewKeys.RANK, summary);
    dimensions(view, ranking.by(), ViewKeys.BY, summary);
    free(view, ranking.dimensions(), Set.of(RankingSpec.RANK, RankingSpec.PERIOD_START));
    if (summary.window() == Window.RUNNING_DAY) {
      view.section()
          .refuse(
              ViewKeys.OF,
              "holds totals of the day so far, in the minutes in which a key had rows, which do not"
                  + " stand beside one another; rank a summary with another window");
      return;
    }
    String name = ranking.metric();
    if (name.equals(RankingSpec.RANK) || name.equals(RankingSpec.PERIOD_START)) {
      view.shape().refuse(ViewKeys.METRIC, "has the name of a column of the view; rename it");
    }
    Optional<MetricSpec> metric = metric(summary, name);
    boolean derived = summary.derived().stream().anyMatch(each -> each.name().equals(name));
    if (metric.isEmpty() && !derived) {
      view.shape().refuse(ViewKeys.METRIC, lacks(summary, name));
    } else if (addsUp(ranking, summary)
        && metric.filter(each -> ADDED_UP.contains(each.function())).isEmpty()) {
      view.shape()
          .refuse(
              ViewKeys.METRIC,
              "does not add up, and would have to, over %s; rank a summary that has it by just these dimensions and this period"
                  .formatted(ranking.period().isLong() ? "days" : "windows or dimensions"));
    }
  }

  /** Whether a rank stands for several rows of the summary. */
  static boolean addsUp(RankingSpec ranking, AggregateSpec summary) {
    boolean longer =
        switch (ranking.period()) {
          case WINDOW -> false;
          case DAY -> summary.window() != Window.ONE_DAY;
          case WEEK, MONTH, QUARTER, YEAR -> true;
        };
    return longer || !ranking.dimensions().containsAll(summary.dimensions());
  }

  static void dimensions(ViewFile view, List<String> names, Key<?> key, AggregateSpec summary) {
    for (String name : names) {
      if (!summary.dimensions().contains(name)) {
        view.shape().refuse(key, "", name, isNoDimension(summary, name));
      }
    }
  }

  static String isNoDimension(AggregateSpec summary, String name) {
    return "is not a dimension of %s; %s"
        .formatted(
            summary.output(),
            Suggestions.didYouMean(
                name,
                summary.dimensions(),
                summary.dimensions().isEmpty()
                    ? "it has none"
                    : "they are " + String.join(", ", summary.dimensions())));
  }

  private static void free(ViewFile view, List<String> dimensions, Set<String> columns) {
    dimensions.stream()
        .filter(columns::contains)
        .forEach(
            name ->
                view.shape()
                    .refuse(
                        ViewKeys.BY,
                        "",
                        name,
                        "has the name of a column of the view; rename it in the summary's input"));
  }

  private static Optional<MetricSpec> metric(AggregateSpec summary, String name) {
    return summary.metrics().stream().filter(each -> each.name().equals(name)).findFirst();
  }

  static String lacks(AggregateSpec summary, String name) {
    List<String> known =
        Stream.concat(
                summary.metrics().stream().map(MetricSpec::name),
                summary.derived().stream().map(DerivedMetric::name))
            .toList();
    return "is not a metric of %s; %s"
        .formatted(
            summary.output(),
            Suggestions.didYouMean(name, known, "they are " + String.join(", ", known)));
  }
}
