package io.tidemark.jobs.cli;

import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.RefusedChangesException;
import io.tidemark.catalog.table.TableApply;
import io.tidemark.catalog.table.TableChange;
import io.tidemark.catalog.table.TableChange.Consent;
import io.tidemark.catalog.table.TablePlan;
import io.tidemark.jobs.run.DeclaredTables;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares the declared tables with the catalog, and makes the catalog follow. */
@Command(
    name = "tables",
    description = "Shows how the declared tables differ from the catalog, or makes the difference.",
    footer = {
      "",
      "plan   prints what would be changed, and changes nothing. Exit code 3 when there is something",
      "apply  changes it: one transaction per table, while streams go on. A second run changes",
      "       nothing; one that was interrupted is simply repeated",
      "",
      "What takes something away is refused, with exit code 2 and before anything is changed, until",
      "a flag names it. plan prints the flags.",
      "",
      "Examples:",
      "  tidemark tables plan",
      "  tidemark tables apply dwd.reading_event dim.channel",
      "  tidemark tables apply dim.channel --allow drop-column:dim.channel.color"
    })
public final class TablesVerb implements Verb {
  /** What to do with the difference. */
  enum Action {
    PLAN,
    APPLY;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  // Not required of the command line, because the verbs behind this one have none.
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ACTION",
      description = "plan or apply; one of the commands below is another thing.")
  private Action action;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "TABLE",
      description = "Tables as layer.name; all declared ones when left out.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--allow",
      paramLabel = "CHANGE",
      description = "A change that takes something away, as plan prints it; repeat it for more.")
  private Set<String> allowed = new TreeSet<>();

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.DECLARE;
  }

  @Override
  public Integer call() {
    if (action == null) {
      throw refused("Missing required parameter: 'ACTION'; write plan or apply.");
    }
    Workspace workspace = Workspace.open(options);
    workspace.checkSql(workspace.jobs().jobs());
    DeclaredTables tables =
        new DeclaredTables(workspace.jobs(), workspace.tables(), workspace.declarations().tables());
    allowed.forEach(change -> checkIsOf(change, tables));
    List<DeclaredTable> chosen = chosen(tables);
    TableApply apply = workspace.lake().tables();
    List<TablePlan> different =
        chosen.stream().map(apply::plan).filter(plan -> !plan.isEmpty()).toList();
    if (action == Action.PLAN) {
      different.forEach(this::print);
      spec.commandLine()
          .getOut()
          .printf(
              "%d of %d tables differ from what is declared%n", different.size(), chosen.size());
      return different.isEmpty() ? ExitCodes.OK : ExitCodes.OUTSIDE_TOLERANCE;
    }
    refuseBeforeAnyIsChanged(different);
    int changed = 0;
    for (DeclaredTable table : chosen) {
      List<TableChange> done = apply.apply(table, allowed);
      done.forEach(
          change -> spec.commandLine().getErr().printf("%s: %s%n", table.name(), change.text()));
      changed += done.isEmpty() ? 0 : 1;
      tables.writerOf(table.name()).ifPresent(workspace.tables()::ensureView);
    }
    spec.commandLine()
        .getOut()
        .printf("%d of %d tables changed; all are as declared%n", changed, chosen.size());
    return ExitCodes.OK;
  }

  private void refuseBeforeAnyIsChanged(List<TablePlan> plans) {
    List<TableChange> refused =
        plans.stream().flatMap(plan -> plan.refused(allowed).stream()).toList();
    if (!refused.isEmpty()) {
      throw new RefusedChangesException(refused);
    }
  }

  private void print(TablePlan plan) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(plan.table());
    for (TableChange change : plan.changes()) {
      String sign = change.consent() == Consent.NONE ? "+" : "!";
      out.printf("  %s %s%n", sign, change.text());
      if (change.consent() == Consent.NAMED) {
        out.printf("      needs --allow %s%n", change.id());
      } else if (change.consent() == Consent.IMPOSSIBLE) {
        out.println("      cannot be done");
      }
    }
  }

  private List<DeclaredTable> chosen(DeclaredTables tables) {
    if (names.isEmpty()) {
      return tables.all();
    }
    names.forEach(name -> checkIsDeclared(name, tables));
    return tables.all().stream().filter(table -> names.contains(table.name().toString())).toList();
  }

  private void checkIsDeclared(String name, DeclaredTables tables) {
    if (!tables.names().contains(name)) {
      throw refused(
          "Table %s is not declared; %s"
              .formatted(
                  name,
                  Suggestions.didYouMean(
                      name,
                      tables.names(),
                      "the tables are " + String.join(", ", tables.names()))));
    }
  }

  /** One that names nothing of the plan is no fault: an interrupted apply is repeated as it was. */
  private void checkIsOf(String change, DeclaredTables tables) {
    String[] parts = change.split("[:.]");
    if (parts.length < 4 || !change.matches("(drop-column|drop-partition|add-column):.+")) {
      throw refused(
          "--allow %s names no change; copy it from: ./tidemark tables plan".formatted(change));
    }
    checkIsDeclared(parts[1] + "." + parts[2], tables);
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
