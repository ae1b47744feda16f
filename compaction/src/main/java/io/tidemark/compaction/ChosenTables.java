package io.tidemark.compaction;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.cli.Workspace;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.catalog.TableIdentifier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The tables that a verb was asked for, with the policies.
 *
 * @param names in order; those of the whole catalog when none was named
 * @param policies of all tables
 */
record ChosenTables(List<TableName> names, Policies policies) {
  private static final String OTHER_NAME =
      "is left out: its name is none that Tidemark writes (layer.name in lower case with underscores)";

  /**
   * Looks the tables up in the catalog. A policy of a table that does not exist is told of: it is
   * mistyped, or its table was never written.
   *
   * @throws ParameterException when a named table is not there
   */
  static ChosenTables of(Workspace workspace, List<String> asked, CommandSpec verb) {
    Lakehouse lake = workspace.lake();
    List<TableIdentifier> listed = lake.listTables();
    List<TableName> existing =
        listed.stream()
            .flatMap(table -> Lakehouse.nameOf(table).stream())
            .sorted(Comparator.comparing(TableName::toString))
            .toList();
    List<String> known = existing.stream().map(TableName::toString).toList();
    List<String> unwritable =
        listed.stream()
            .filter(table -> Lakehouse.nameOf(table).isEmpty())
            .map(TableIdentifier::toString)
            .sorted()
            .toList();
    for (String name : asked) {
      if (unwritable.contains(name)) {
        throw new ParameterException(verb.commandLine(), "Table %s %s".formatted(name, OTHER_NAME));
      }
      if (!known.contains(name)) {
        throw new ParameterException(
            verb.commandLine(),
            "Table %s does not exist; %s"
                .formatted(
                    name,
                    Suggestions.didYouMean(
                        name, known, "./tidemark jobs shows which job writes which table")));
      }
    }
    Policies policies = new Policies(workspace.declarations().of(CompactionPolicy.class));
    PrintWriter err = verb.commandLine().getErr();
    if (asked.isEmpty()) {
      unwritable.forEach(table -> err.printf("note: %s %s%n", table, OTHER_NAME));
    }
    policies
        .withoutTable(existing)
        .forEach(table -> err.printf("note: %s has a policy, and does not exist%n", table));
    return new ChosenTables(
        existing.stream()
            .filter(table -> asked.isEmpty() || asked.contains(table.toString()))
            .toList(),
        policies);
  }

  /** Says that a table which was named is not compacted. */
  static void tellOfHistory(TableName name, CommandSpec verb) {
    verb.commandLine()
        .getErr()
        .printf(
            "note: %s belongs to a history of users; only ./tidemark tags replaces its files%n",
            name);
  }

  /**
   * Looks at one table after the other. One that cannot be read is told of, and the others are
   * looked at; what the user wrote is refused as ever.
   *
   * @return the verb's exit code
   */
  int look(CommandSpec verb, Consumer<TableName> at) {
    int code = ExitCodes.OK;
    for (TableName name : names) {
      try {
        at.accept(name);
      } catch (RuntimeException e) {
        if (FailureText.userError(e).isPresent()) {
          throw e;
        }
        verb.commandLine().getErr().printf("%s cannot be read: %s%n", name, FailureText.inALine(e));
        code = ExitCodes.FAILURE;
      }
    }
    return code;
  }
}
