package io.tidemark.jobs.cli;

import io.tidemark.jobs.spec.DeclarationKind;
import io.tidemark.jobs.spec.Declarations;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks the configuration without touching anything. */
@Command(
    name = "validate",
    description = "Checks the whole configuration, without a cluster, and reports every problem.",
    footer = {
      "",
      "Reads every file of the configuration, then derives the columns of every table from the",
      "declarations and their SQL. It connects to no broker, and writes nothing. Where the catalog",
      "answers, tables that are there are compared with what is declared: dimensions, versions of",
      "metrics, buckets of mirrors, and rows that unions have taken back. Where it does not, that is",
      "a note. Columns are compared by 'tidemark tables plan'.",
      "Exit code 2 when there is a problem.",
      "",
      "Examples:",
      "  tidemark validate",
      "  tidemark validate --conf ../our-warehouse/conf --env cluster"
    })
public final class ValidateVerb implements Verb {
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.DECLARE;
  }

  @Override
  public int rank() {
    return 10;
  }

  @Override
  public Integer call() {
    Workspace workspace = Workspace.withoutTables(options);
    workspace.checkSql(workspace.jobs().jobs());
    workspace.checkSinks(workspace.jobs().sinks());
    workspace.checkAlerts(workspace.jobs().alerts());
    workspace.checkDeclarations();
    workspace
        .checkExistingTables()
        .ifPresent(
            why ->
                spec.commandLine()
                    .getErr()
                    .println("note: what is there was not compared: " + why));
    spec.commandLine()
        .getOut()
        .printf(
            "%s, environment %s: %d jobs, %d metrics, %d tables declared beside them%s, no problem%n",
            options.conf(),
            options.env(),
            workspace.jobs().jobs().size(),
            workspace.declarations().metrics().metrics().size(),
            workspace.declarations().tables().size(),
            counted(workspace.jobs().sinks().size(), "sinks")
                + counted(workspace.jobs().views().size(), "views")
                + counted(workspace.jobs().alerts().size(), "alerts")
                + further(workspace.declarations()));
    return ExitCodes.OK;
  }

  private static String counted(int count, String of) {
    return count == 0 ? "" : ", %d %s".formatted(count, of);
  }

  /** What other modules' files declare, where there are any. */
  private static String further(Declarations declarations) {
    return DeclarationKind.installed().stream()
        .filter(kind -> !declarations.of(kind.type()).isEmpty())
        .map(kind -> ", " + declarations.of(kind.type()).size() + " " + kind.plural())
        .collect(Collectors.joining());
  }
}
