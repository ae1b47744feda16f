package io.tidemark.reconciliation.ends;

import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.EmbeddedBroker;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.PairSpec;
import io.tidemark.reconciliation.ends.plan.EndCheck;
import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds both ends of a pipe against each other. */
@Command(
    name = "check",
    description = "Holds both ends of a pipe against each other: topic, database, declared pair.",
    footer = {
      "",
      "kafka     every message that a job has read is a row, a dead letter or rightly ignored,"
          + " once.",
      "          The jobs of a split topic are taken together.",
      "database  a mirror shows its table of PostgreSQL, where 'databases:' of the environment"
          + " says",
      "          where that is. Keys that differ are looked up again once the mirror has passed"
          + " what",
      "          was read of the database.",
      "pair      two relations that conf/pairs declares have the same rows.",
      "",
      "What is on its way is no error. A line for each check goes to ops.end_check, in place of"
          + " what",
      "the day had of the same name. Exit code 3: something is lost, doubled or different; 1: an"
          + " end",
      "did not answer.",
      "",
      "Examples:",
      "  tidemark check",
      "  tidemark check ods_reading_event --day 2026-01-31",
      "  tidemark check dwd_shop_order --wait 300"
    })
public final class CheckVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Ingest jobs, mirrors and pairs, or all (default: all).")
  private List<String> names = List.of(Workspace.ALL);

  @Option(
      names = "--day",
      paramLabel = "DAY",
      description = "Checks topics as of this day's cut too, and keeps the result under the day.")
  private LocalDate day;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description =
          "How long a mirror may take to pass what was read of its database (default:"
              + " ${DEFAULT-VALUE}).")
  private int wait;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 50;
  }

  @Override
  public Integer call() {
    if (wait < 0) {
      throw new ParameterException(
          spec.commandLine(), "--wait " + wait + " is no time; write seconds, 0 not to wait.");
    }
    Workspace workspace = Workspace.open(options);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Ends ends = new Ends(workspace.lake(), workspace.jobs(), workspace.tables(), err::println);
    List<JobSpec> chosen = chosen(workspace, ends);
    List<EndCheck> checks = new ArrayList<>();
    Consumer<EndCheck> taker =
        check -> {
          out.println(options.commands().in(check.line()));
          checks.add(check);
        };
    var kafka = workspace.declarations().environment().kafka();
    try (EmbeddedBroker.Use broker = EmbeddedBroker.useIfEmbedded(kafka)) {
      ends.topics(chosen, Optional.ofNullable(day), taker);
      ends.databases(chosen, Duration.ofSeconds(wait), taker);
      ends.pairs(pairs(workspace), options.conf().toAbsolutePath().normalize().getParent(), taker);
    }
    out.flush();
    LocalDate today = LocalDate.now(CLOCK.withZone(workspace.lake().environment().timeZone()));
    ends.record(day == null ? today : day, checks, CLOCK.instant());
    return exitCode(checks);
  }

  private List<JobSpec> chosen(Workspace workspace, Ends ends) {
    Set<String> pairs = pairs(workspace).stream().map(PairSpec::name).collect(Collectors.toSet());
    List<JobSpec> chosen =
        workspace.chosen(names.stream().filter(name -> !pairs.contains(name)).toList());
    if (!names.contains(Workspace.ALL)) {
      chosen.stream()
          .filter(job -> !(job instanceof IngestSpec) && ends.databaseOf(job).isEmpty())
          .findFirst()
          .ifPresent(
              job -> {
                throw new ParameterException(spec.commandLine(), noEnd(job));
              });
    }
    return chosen;
  }

  private List<PairSpec> pairs(Workspace workspace) {
    return workspace.declarations().pairs().stream()
        .filter(pair -> names.contains(Workspace.ALL) || names.contains(pair.name()))
        .toList();
  }

  private static String noEnd(JobSpec job) {
    return job instanceof MirrorSpec
        ? "Where the database of mirror %s is, no environment says: declare it below 'databases:' of the environment, by the name of its source, and 'payload.table' of the job it reads."
            .formatted(job.name())
        : "Job %s reads a table that Tidemark writes: it has no end to be checked; reconcile compares it. Name ingest jobs, mirrors and pairs."
            .formatted(job.name());
  }

  /** What differs stays different when it is tried again, so that it counts first. */
  static int exitCode(List<EndCheck> checks) {
    if (checks.stream().anyMatch(check -> check.state() == State.DIFFERENT)) {
      return ExitCodes.OUTSIDE_TOLERANCE;
    }
    return checks.stream().anyMatch(check -> check.state() == State.UNAVAILABLE)
        ? ExitCodes.FAILURE
        : ExitCodes.OK;
  }
}
