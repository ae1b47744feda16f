package io.tidemark.reconciliation.replay;

import io.tidemark.reconciliation.plan.CausePart;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.Grid;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.MetricResult;
import io.tidemark.reconciliation.plan.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a replay would change, as lines. */
final class ReplayText {
  private ReplayText() {}

  /**
   * A line for each day and job: keys, how many of them change, the metric that changes most and
   * why most keys of it do.
   */
  static List<String> lines(List<DayResult> days) {
    Grid grid = new Grid("llrrl");
    grid.add("day", "job", "keys", "change", "");
    for (DayResult day : days) {
      for (JobResult job : day.jobs()) {
        grid.add(
            day.day().toString(),
            job.pin().job(),
            Shown.number(job.keys()),
            Shown.number(job.differing()),
            most(job).map(metric -> change(job, metric)).orElse("as it is"));
      }
    }
    return new ArrayList<>(grid.lines(""));
  }

  private static Optional<MetricResult> most(JobResult job) {
    return job.metrics().stream()
        .filter(metric -> metric.measure().differing() > 0)
        .max(Comparator.comparingLong(metric -> metric.measure().differing()));
  }

  private static String change(JobResult job, MetricResult metric) {
    String now = Shown.value(metric.stream(), metric.numeric());
    String then = Shown.value(metric.batch(), metric.numeric());
    String values =
        now.equals(then)
            ? "%s %s in all as before, of other keys or contents".formatted(metric.metric(), now)
            : "%s %s becomes %s".formatted(metric.metric(), now, then);
    return job.explanation().of(metric.metric()).stream()
        .max(Comparator.comparingLong(CausePart::keys))
        .map(part -> values + ": " + part.cause().text())
        .orElse(values);
  }
}
