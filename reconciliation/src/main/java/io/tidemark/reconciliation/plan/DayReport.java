package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.cli.PrintedCommands;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A day's result as a page: the verdict first, then every number, then what to do next. */
public final class DayReport {
  private static final String GOOD = "✓";
  private static final String BAD = "✗";

  private DayReport() {}

  /** The lines of the page, with commands of the usual environment. */
  public static List<String> lines(DayResult day) {
    return lines(day, PrintedCommands.PLAIN, Set.of());
  }

  /**
   * The lines of the page.
   *
   * @param commands makes the commands in it those of the environment
   * @param always jobs that are published whatever their verdict is
   */
  public static List<String> lines(DayResult day, PrintedCommands commands, Set<String> always) {
    List<String> lines = new ArrayList<>();
    lines.add(verdict(day));
    for (JobResult job : day.jobs()) {
      lines.add("");
      lines.addAll(lines(job));
    }
    lines.add("");
    next(day, always).stream().map(commands::in).forEach(lines::add);
    return lines;
  }

  private static String verdict(DayResult day) {
    long outside = day.jobs().stream().filter(job -> !job.within()).count();
    long equal = day.jobs().stream().filter(JobResult::equal).count();
    String jobs = Shown.counted(day.jobs().size(), "job");
    if (outside > 0) {
      return "%s %s  OUTSIDE TOLERANCE: %d of %s".formatted(BAD, day.day(), outside, jobs);
    }
    return equal == day.jobs().size()
        ? "%s %s  EQUAL: %s, every key".formatted(GOOD, day.day(), jobs)
        : "%s %s  WITHIN TOLERANCE: %s, %d of them equal".formatted(GOOD, day.day(), jobs, equal);
  }

  private static List<String> lines(JobResult job) {
    List<String> lines = new ArrayList<>();
    lines.add("%s %s  %s".formatted(job.within() ? GOOD : BAD, job.pin().job(), verdict(job)));
    if (job.keys() == 0) {
      return lines;
    }
    lines.addAll(metrics(job).lines("  "));
    job.metrics().stream()
        .filter(metric -> !metric.within() && !metric.worst().isEmpty())
        .forEach(metric -> lines.addAll(worst(metric, job.pin().day())));
    if (job.within()) {
      farthest(job).ifPresent(lines::add);
    }
    lines.addAll(CauseLines.of(job));
    job.late().ifPresent(late -> lines.add("  " + late(late)));
    return lines;
  }

  private static String verdict(JobResult job) {
    if (job.keys() == 0) {
      return "equal: no row on either side";
    }
    String verdict =
        job.equal() ? "equal" : job.within() ? "within tolerance" : "OUTSIDE TOLERANCE";
    return verdict + ", " + Shown.counted(job.keys(), "key") + " compared";
  }

  private static Grid metrics(JobResult job) {
    Grid grid = new Grid("llrrrrr");
    grid.add("", "", "stream", "batch", "difference", "tolerance", "differing keys");
    for (MetricResult metric : job.metrics()) {
      grid.add(
          metric.within() ? GOOD : BAD,
          metric.metric(),
          Shown.value(metric.stream(), metric.numeric()),
          Shown.value(metric.batch(), metric.numeric()),
          Shown.percent(metric.measure().share()),
          Shown.percent(metric.tolerance()),
          Shown.number(metric.measure().differing()));
    }
    return grid;
  }

  private static List<String> worst(MetricResult metric, LocalDate day) {
    List<KeyDifference> shown =
        metric.worst().subList(0, Math.min(SideBySide.WORST, metric.worst().size()));
    long more = metric.measure().differing() - shown.size();
    List<String> lines = new ArrayList<>();
    lines.add("  " + metric.metric() + ": keys that differ" + (more > 0 ? " most" : ""));
    Grid grid = new Grid("rrl");
    grid.add("stream", "batch", "");
    for (KeyDifference key : shown) {
      grid.add(
          Shown.value(key.stream(), metric.numeric()),
          Shown.value(key.batch(), metric.numeric()),
          key.shownKey(day));
    }
    lines.addAll(grid.lines("      "));
    if (more > 0) {
      lines.add("      and " + Shown.number(more) + " more");
    }
    return lines;
  }

  /** What is tolerated is told by one key of the metric that differs most. */
  private static Optional<String> farthest(JobResult job) {
    return job.metrics().stream()
        .filter(metric -> !metric.worst().isEmpty())
        .max(Comparator.comparingDouble(metric -> metric.measure().share()))
        .map(
            metric -> {
              KeyDifference key = metric.worst().get(0);
              return "  farthest apart: %s %s in the stream, %s in the batch, at %s"
                  .formatted(
                      metric.metric(),
                      Shown.value(key.stream(), metric.numeric()),
                      Shown.value(key.batch(), metric.numeric()),
                      key.shownKey(job.pin().day()));
            });
  }

  private static String late(LateRows late) {
    return late.late() == 0
        ? "late: none of %s of input, so lateness explains no difference"
            .formatted(Shown.counted(late.rows(), "row"))
        : "late: %s of %s of input came more than %s after the event; batch counts them, stream does not"
            .formatted(
                Shown.number(late.late()),
                Shown.counted(late.rows(), "row"),
                Shown.duration(late.limit()));
  }

  private static List<String> next(DayResult day, Set<String> always) {
    List<JobResult> outside = day.jobs().stream().filter(job -> !job.within()).toList();
    if (outside.isEmpty()) {
      return List.of(
          "Next: %s puts the batch's rows on main, as each job's policy says."
              .formatted(Commands.publish(day.day())),
          "  Every number of this page is in ops.reconciliation_metric, the keys that differ most in"
              + " ops.reconciliation_key.");
    }
    String first = outside.get(0).pin().job();
    List<String> lines = new ArrayList<>();
    lines.add(
        outside.size() == 1
            ? "Next: look at " + first + "."
            : "Next: look at "
                + first
                + " first; what is wrong there shows in the jobs behind it.");
    if (outside.stream().anyMatch(job -> job.late().filter(l -> l.late() > 0).isPresent())) {
      lines.add("  Late rows are a reason, not a fault: if they account for the difference, raise");
      lines.add("  the job's lateness or its tolerance.");
    }
    Pin pin = outside.get(0).pin();
    lines.add(
        "  "
            + Commands.sql(
                "SELECT * FROM ops.reconciliation_key WHERE dt = DATE'%s' AND job = '%s'"
                    .formatted(day.day(), first)));
    lines.add(
        "  Compared were main at snapshot %s and offline at snapshot %d; both are as they were."
            .formatted(pin.mainSnapshot().map(String::valueOf).orElse("none"), pin.offline()));
    List<String> names = outside.stream().map(job -> job.pin().job()).toList();
    addCommands(
        lines,
        "  Once it is understood, this puts the batch's rows on main all the same:",
        names.stream()
            .filter(name -> !always.contains(name))
            .map(name -> Commands.accept(day.day(), name)));
    addCommands(
        lines,
        "  Its policy puts the batch's rows on main whatever the verdict:",
        names.stream().filter(always::contains).map(name -> Commands.publish(day.day(), name)));
    return lines;
  }

  private static void addCommands(List<String> lines, String why, Stream<String> commands) {
    List<String> due = commands.map(command -> "  " + command).toList();
    if (!due.isEmpty()) {
      lines.add(why);
      lines.addAll(due);
    }
  }
}
