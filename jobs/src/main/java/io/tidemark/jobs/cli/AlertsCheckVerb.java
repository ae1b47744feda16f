package io.tidemark.jobs.cli;

import io.tidemark.jobs.alert.AlertCheck.Outcome;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at alerts once, and tells what has begun and what is over. */
@Command(
    name = "check",
    description = "Looks at alerts once, and tells what has begun and what is over.",
    footer = {
      "",
      "Of each metric the last windows are looked at that are complete: what came before their end is",
      "in the table. An incident is told when it begins and when it is over, once, whoever checks:",
      "ops.alert_incident keeps what was told to whom. Who could not be told is told by the next check.",
      "That an alert cannot be looked at is told once it has lasted as long as the job's rows may take.",
      "",
      "Exit codes: 0 nothing goes on; 3 an incident goes on, told now or before; 1 somebody could not",
      "be told, or something could not be looked at; 2 a declaration was refused.",
      "",
      "Examples:",
      "  tidemark alerts check",
      "  tidemark alerts check dws_reading_app_1d --at 2026-01-31T10:00:00Z"
    })
public final class AlertsCheckVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();

  @Parameters(
      arity = "0..*",
      paramLabel = "JOB",
      description = "Jobs and sinks whose alerts are looked at; all when none is named.")
  private List<String> names = List.of();

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      description =
          "The moment that is looked at, as 2026-01-31T10:00:00Z; now when left out. What a later"
              + " check has found stands.")
  private Instant at;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public String partOf() {
    return "alerts";
  }

  @Override
  public Integer call() {
    Instant now = CLOCK.instant();
    if (at != null && at.isAfter(now)) {
      throw new ParameterException(
          spec.commandLine(), "--at " + at + " has not come; give a moment that is over.");
    }
    Workspace workspace = Workspace.open(options);
    workspace.checkAlerts(workspace.jobs().alerts());
    workspace.checkReceivers();
    Outcome outcome;
    try (EmbeddedBroker.Use broker =
        EmbeddedBroker.useIfEmbedded(workspace.declarations().environment().kafka())) {
      outcome =
          new AlertLooks(workspace, chosen(workspace), CLOCK, new StopSignal()::await)
              .at(at == null ? now : at);
    }
    PrintWriter out = spec.commandLine().getOut();
    outcome.told().forEach(line -> out.println("told " + line));
    AlertsVerb.print(outcome.open(), workspace.declarations().environment().timeZone(), out);
    outcome.problems().forEach(problem -> out.println("! " + problem));
    AlertsVerb.note(workspace, out);
    out.flush();
    if (!outcome.problems().isEmpty()) {
      return ExitCodes.FAILURE;
    }
    return outcome.open().isEmpty() ? ExitCodes.OK : ExitCodes.OUTSIDE_TOLERANCE;
  }

  private Predicate<String> chosen(Workspace workspace) {
    if (names.isEmpty()) {
      return job -> true;
    }
    Set<String> chosen =
        Stream.concat(
                workspace.chosenJobs(names).stream().map(JobSpec::name),
                workspace.chosenSinks(names).stream().map(SinkSpec::name))
            .collect(Collectors.toSet());
    return chosen::contains;
  }
}
