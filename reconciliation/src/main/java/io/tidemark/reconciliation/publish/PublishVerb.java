package io.tidemark.reconciliation.publish;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.DayOptions;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.reconciliation.Reconciliation;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts reconciled days on main, and back. */
@Command(
    name = "publish",
    description = "Puts the batch's rows of reconciled days on main, or puts them back.",
    footer = {
      "",
      "Takes what 'reconcile' has recorded, when it still holds, and does what each job's policy",
      "says (reconcile: publish: on-pass, always or never). The day's files of the branch 'offline'",
      "take the place of those on 'main' in one commit per table, upstream first; no row is",
      "rewritten, and streams go on. A job that is not published holds up those behind it. Doing it",
      "again publishes what is missing. ops.publication keeps what was done. A job that is named",
      "alone is published only when those it reads are published.",
      "",
      "Exit code 3: a day is beyond its tolerance and was not published, or a named job reads such a",
      "day; --accept publishes it once it is understood. Exit code 1: a day is not ready, reads what",
      "is not published yet, has changed since it was compared, or failed; the others had their turn.",
      "",
      "--undo puts a day back as it was before it was last published, and keeps what came since.",
      "",
      "Examples:",
      "  tidemark publish --day 2026-01-31",
      "  tidemark publish --day 2026-01-31 --job dws_reading_channel_1h --accept 'late phones, see 4711'",
      "  tidemark publish --undo 2026-01-31"
    })
public final class PublishVerb implements Verb {
  @Option(
      names = "--job",
      paramLabel = "JOB",
      description = "Publishes this job alone; repeat it for more (default: all).")
  private List<String> names = List.of(Workspace.ALL);

  @Option(
      names = "--accept",
      paramLabel = "REASON",
      description =
          "Publishes what is beyond its tolerance, and named jobs whose policy is never, for this"
              + " reason, which is kept.")
  private String reason;

  @Option(
      names = "--undo",
      paramLabel = "DAY",
      description = "Puts this day back, in place of publishing one.")
  private LocalDate undo;

  @Mixin private DayOptions days = new DayOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 40;
  }

  @Override
  public Integer call() {
    Range range = range();
    Workspace workspace = Workspace.open(options);
    List<JobSpec> chosen = chosen(workspace);
    PrintWriter out = spec.commandLine().getOut();
    Publishing publishing =
        new Publishing(
            workspace.lake(), workspace.jobs(), (day, outcome) -> print(day, outcome, out));
    Wish wish = new Wish(isNamed(), Optional.ofNullable(reason));
    List<JobOutcome> all = new ArrayList<>();
    for (LocalDate day = range.from(); !day.isAfter(range.to()); day = day.plusDays(1)) {
      all.addAll(
          undo == null ? publishing.publish(chosen, day, wish) : publishing.undo(chosen, day));
    }
    return exitCode(all);
  }

  private int exitCode(List<JobOutcome> all) {
    boolean nothingToUndo =
        undo != null && all.stream().allMatch(each -> each.status() == Status.LEFT_OUT);
    return nothingToUndo ? ExitCodes.REFUSED : JobOutcome.exitCode(all);
  }

  private Range range() {
    if (reason != null && reason.isBlank()) {
      throw refused("--accept needs a reason: it is kept in ops.publication, for whoever asks.");
    }
    if (undo == null) {
      return days.required();
    }
    if (days.days().isPresent() || reason != null) {
      throw refused("--undo names the day itself and needs no reason; leave the others out.");
    }
    return new Range(undo, undo);
  }

  private boolean isNamed() {
    return !names.contains(Workspace.ALL);
  }

  private List<JobSpec> chosen(Workspace workspace) {
    List<JobSpec> chosen = workspace.chosen(names);
    if (isNamed()) {
      chosen.stream()
          .filter(job -> !Reconciliation.isComparable(job))
          .findFirst()
          .ifPresent(
              job -> {
                throw refused(notPublished(job));
              });
    }
    return chosen.stream().filter(Reconciliation::isComparable).toList();
  }

  private static String notPublished(JobSpec job) {
    return job instanceof MirrorSpec
        ? "Job %s is a mirror, which shows how things are now and has no business days to publish. Name other jobs."
            .formatted(job.name())
        : "Job %s reads Kafka, once, for both sides: there is nothing to publish. Name the jobs behind it."
            .formatted(job.name());
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }

  private void print(LocalDate day, JobOutcome outcome, PrintWriter out) {
    out.println(outcome.line(day, options.commands()));
    out.flush();
  }
}
