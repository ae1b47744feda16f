package io.tidemark.reconciliation;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.DayOptions;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.reconciliation.plan.DayReport;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.Pin;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares business days of stream and batch. */
@Command(
    name = "reconcile",
    description = "Compares business days of stream and batch at the days' cut.",
    footer = {
      "",
      "Compares the branch 'offline' with 'main', metric by metric and key by key, for every",
      "transform and aggregate; a mirror has no days. Says on stderr within seconds whether a job",
      "is equal, and how far it has come where not. Writes the result to the tables",
      "ops.reconciliation_run, _metric, _cause, _dimension and _key, in place of what they held",
      "of these days and jobs; the comparison that a day was published by stays while the day is",
      "as it was published. Job tables are only read.",
      "",
      "A day must be sealed, its streams caught up, its batch made; what is missing is listed.",
      "Exit code 3: a metric differs by more than its job tolerates.",
      "",
      "Examples:",
      "  tidemark reconcile --day 2026-01-31",
      "  tidemark reconcile --day 2026-01-31 --job dws_reading_channel_1h",
      "  tidemark reconcile --from 2026-01-01 --to 2026-01-31"
    })
public final class ReconcileVerb implements Verb {
  @Option(
      names = "--job",
      paramLabel = "JOB",
      description = "Compares this job alone; repeat it for more (default: all).")
  private List<String> names = List.of(Workspace.ALL);

  private static final Clock CLOCK = Clock.systemUTC();

  @Mixin private DayOptions days = new DayOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 30;
  }

  @Override
  public Integer call() {
    Range range = days.required();
    Workspace workspace = Workspace.open(options);
    return run(
        new Reconciliation(
            workspace.lake(), workspace.jobs(), workspace.tables(), CLOCK, this::progress),
        chosen(workspace),
        range,
        options.commands(),
        spec.commandLine().getOut());
  }

  private void progress(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(text);
    err.flush();
  }

  private List<JobSpec> chosen(Workspace workspace) {
    List<JobSpec> chosen = workspace.chosen(names);
    if (!names.contains(Workspace.ALL)) {
      chosen.stream()
          .filter(job -> !Reconciliation.isComparable(job))
          .findFirst()
          .ifPresent(
              job -> {
                throw new ParameterException(spec.commandLine(), notComparable(job));
              });
    }
    return chosen.stream().filter(Reconciliation::isComparable).toList();
  }

  private static String notComparable(JobSpec job) {
    return job instanceof MirrorSpec
        ? "Job %s is a mirror, which shows how things are now and has no business days: this verb compares days. docs/mirrors.md says what holds its two modes together. Name other jobs."
            .formatted(job.name())
        : "Job %s reads Kafka, once, for both sides: there is nothing to compare. Name the jobs behind it."
            .formatted(job.name());
  }

  /** Compares, writes down and prints day by day; the exit code is that of the worst day. */
  static int run(
      Reconciliation reconciliation,
      List<JobSpec> chosen,
      Range range,
      PrintedCommands commands,
      PrintWriter out) {
    Set<String> always =
        chosen.stream()
            .filter(job -> Reconciliation.policy(job).publish() == ReconcilePolicy.Publish.ALWAYS)
            .map(JobSpec::name)
            .collect(Collectors.toSet());
    int code = ExitCodes.OK;
    String gap = "";
    for (Map.Entry<LocalDate, List<Pin>> day : reconciliation.pin(chosen, range).entrySet()) {
      DayResult result = reconciliation.compare(day.getKey(), day.getValue());
      List<String> published = reconciliation.record(result);
      out.print(gap);
      DayReport.lines(result, commands, always).forEach(out::println);
      if (!published.isEmpty()) {
        out.printf(
            "  As it was published: %s. On record stays the comparison it was published by.%n",
            String.join(", ", published));
      }
      out.flush();
      gap = "%n%n".formatted();
      code = result.within() ? code : ExitCodes.OUTSIDE_TOLERANCE;
    }
    return code;
  }
}
