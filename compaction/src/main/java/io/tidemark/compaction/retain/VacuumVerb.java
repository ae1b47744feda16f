package io.tidemark.compaction.retain;

import io.tidemark.catalog.config.Durations;
import io.tidemark.compaction.record.MaintenanceRun;
import io.tidemark.compaction.record.MaintenanceTable;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes away what nobody needs any more. */
@Command(
    name = "vacuum",
    description =
        "Takes away what nobody needs any more: old snapshots, orphan files, small manifests.",
    footer = {
      "",
      "Streams go on meanwhile. A snapshot stays, however old, while a stream has not read past it,",
      "a tag or a branch names it, or a day that is not published needs it: --dry-run says who keeps",
      "what. An interrupted vacuum is simply repeated.",
      "",
      "What was done is recorded in ops.maintenance_run.",
      "",
      "Exit code 1: a table could not be done, the others were, or the record could not be written;",
      "2: an option was refused, or a table is left as it is, because its files may be another table's",
      "for example.",
      "",
      "Examples:",
      "  tidemark vacuum --dry-run",
      "  tidemark vacuum dwd.reading_event --older-than '2 days'"
    })
public final class VacuumVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration SHORTEST = Duration.ofHours(1);
  private static final Duration SHORTEST_OF_ORPHANS = Duration.ofDays(1);

  /** Reasons that are printed for each table, those that keep the oldest snapshots. */
  private static final int SHOWN = 5;

  @Parameters(
      arity = "0..*",
      paramLabel = "TABLE",
      description = "Tables as layer.name; all that Tidemark has made when left out.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      defaultValue = "5 days",
      description =
          "Keeps snapshots that were current in this time, 1 hour at least (default:"
              + " ${DEFAULT-VALUE}).")
  private String olderThan = "5 days";

  @Option(
      names = "--orphans-older-than",
      paramLabel = "AGE",
      defaultValue = "3 days",
      description =
          "Keeps files of this age that nothing names: their writer may be at work (default:"
              + " ${DEFAULT-VALUE}).")
  private String orphansOlderThan = "3 days";

  @Option(
      names = "--no-writer-is-older",
      description =
          "Says that no writer has been at work for as long as --orphans-older-than, which may then"
              + " be less than a day.")
  private boolean noWriterIsOlder;

  @Option(names = "--dry-run", description = "Shows what would go and who keeps the rest.")
  private boolean dryRun;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public Integer call() {
    Vacuum.Settings settings =
        new Vacuum.Settings(
            CLOCK.instant(),
            age("--older-than", olderThan),
            age("--orphans-older-than", orphansOlderThan));
    check(settings);
    PrintWriter err = spec.commandLine().getErr();
    Workspace workspace = Workspace.open(options);
    Vacuum vacuum =
        new Vacuum(
            workspace.lake(),
            workspace.jobs(),
            new Policies(workspace.declarations().of(CompactionPolicy.class)),
            settings,
            (table, step, what) -> {
              err.printf("%s: %s%n", table, what);
              err.flush();
            });
    List<TableVacuum> outcomes = dryRun ? vacuum.plan(names) : vacuum.run(names);
    print(outcomes, settings.cutoff());
    boolean noted = dryRun || note(workspace, vacuum, settings.now(), outcomes);
    return noted ? exitCode(outcomes) : ExitCodes.FAILURE;
  }

  /** Records what is done by now, whether that can be recorded or not. */
  private boolean note(
      Workspace workspace, Vacuum vacuum, Instant began, List<TableVacuum> outcomes) {
    Optional<String> problem =
        new MaintenanceTable(workspace.lake())
            .note(
                new MaintenanceRun(
                    UUID.randomUUID().toString(),
                    MaintenanceRun.Kind.VACUUM,
                    began,
                    vacuum.seconds(),
                    outcomes.stream().flatMap(each -> each.steps().stream()).toList(),
                    outcomes.stream()
                        .filter(TableVacuum::tried)
                        .map(TableVacuum::table)
                        .collect(Collectors.toSet())));
    PrintWriter err = spec.commandLine().getErr();
    problem.ifPresent(err::println);
    err.flush();
    return problem.isEmpty();
  }

  private Duration age(String option, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw refused(option + " " + e.getMessage());
    }
  }

  private void check(Vacuum.Settings settings) {
    if (settings.olderThan().compareTo(SHORTEST) < 0) {
      throw refused(
          "--older-than '%s' is less than an hour: queries and batches that run now would lose the snapshots they read; write '1 hour' or more"
              .formatted(olderThan));
    }
    if (settings.orphansOlderThan().compareTo(SHORTEST_OF_ORPHANS) < 0 && !noWriterIsOlder) {
      throw refused(
          "--orphans-older-than '%s' is less than a day: files of a writer that has not committed yet would be deleted; write '1 day' or more, or add --no-writer-is-older where you know that there is none"
              .formatted(orphansOlderThan));
    }
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void print(List<TableVacuum> outcomes, Instant cutoff) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    TextTable table =
        new TextTable(
                "table",
                dryRun ? "would expire" : "expired",
                "kept",
                "orphan files",
                "others' files",
                "small manifests")
            .ofCounts();
    outcomes.forEach(
        each ->
            table.add(
                each.table(),
                each.expired(),
                each.kept(),
                each.orphans(),
                each.othersFiles(),
                each.smallManifests()));
    table.print(out);
    outcomes.forEach(each -> printHolds(each, cutoff, out));
    out.flush();
    for (TableVacuum each : outcomes) {
      each.refusals().forEach(why -> err.printf("left as it is: %s%n", options.commands().in(why)));
      each.failures()
          .forEach(
              failure -> err.printf("%s failed: %s%n", each.table(), FailureText.inALine(failure)));
    }
    if (outcomes.stream().anyMatch(each -> !each.failures().isEmpty())) {
      err.println("What failed is tried again by the next vacuum.");
    }
    err.flush();
  }

  private void printHolds(TableVacuum table, Instant cutoff, PrintWriter out) {
    Map<String, TableVacuum.Hold> holds = table.holds(cutoff);
    holds.entrySet().stream()
        .limit(dryRun ? holds.size() : SHOWN)
        .forEach(
            each ->
                out.printf(
                    "%s keeps %d older than %s, the oldest of %s: %s%n",
                    table.table(),
                    each.getValue().snapshots(),
                    olderThan,
                    each.getValue().oldest().truncatedTo(ChronoUnit.SECONDS),
                    options.commands().in(each.getKey())));
    if (!dryRun && holds.size() > SHOWN) {
      out.printf(
          "%s keeps more for %d other reasons: --dry-run shows all%n",
          table.table(), holds.size() - SHOWN);
    }
  }

  private static int exitCode(List<TableVacuum> outcomes) {
    if (outcomes.stream().anyMatch(each -> !each.failures().isEmpty())) {
      return ExitCodes.FAILURE;
    }
    return outcomes.stream().anyMatch(each -> !each.refusals().isEmpty())
        ? ExitCodes.REFUSED
        : ExitCodes.OK;
  }
}
