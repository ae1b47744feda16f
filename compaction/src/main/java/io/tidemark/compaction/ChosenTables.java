package io.tidemark.compaction;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.Workspace;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The tables that a verb was asked for, with the policies.
 *
 * @param names in order; those of the whole catalog when none was named
 * @param policies of all tables
 */
record ChosenTables(List<TableName> names, Policies policies) {
  /**
   * Looks the tables up in the catalog. A policy of a table that does not exist is told of: it is
   * mistyped, or its table was never written.
   *
   * @throws ParameterException when a named table is not there
   */
  static ChosenTables of(Workspace workspace, List<String> asked, CommandSpec verb) {
    Lakehouse lake = workspace.lake();
    List<TableName> existing = lake.all();
    List<String> known = existing.stream().map(TableName::toString).toList();
    for (String name : asked) {
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
    policies
        .withoutTable(existing)
        .forEach(table -> err.printf("note: %s has a policy, and does not exist%n", table));
    return new ChosenTables(
        existing.stream()
            .filter(table -> asked.isEmpty() || asked.contains(table.toString()))
            .toList(),
        policies);
  }
}
