package io.tidemark.compaction;

import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.jobs.cli.DeclarationCheck;
import io.tidemark.jobs.cli.Workspace;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the columns that a policy orders rows by are columns of the table, where a declared job
 * writes it: a misspelt one would fail every rewrite.
 */
public final class OrderColumnsCheck implements DeclarationCheck {
  @Override
  public List<Problem> problems(Workspace workspace) {
    return workspace.declarations().of(CompactionPolicy.class).stream()
        .flatMap(policy -> problems(workspace, policy))
        .toList();
  }

  private static Stream<Problem> problems(Workspace workspace, CompactionPolicy policy) {
    if (policy.zOrder().isEmpty()) {
      return Stream.empty();
    }
    List<String> columns =
        workspace.jobs().writerOf(policy.table()).stream()
            .flatMap(job -> Stream.of(workspace.tables().schema(job).fieldNames()))
            .toList();
    return policy.zOrder().stream()
        .filter(column -> !columns.isEmpty() && !columns.contains(column))
        .map(
            column ->
                new Problem(
                    "conf/compaction",
                    "z-order of " + policy.table(),
                    column,
                    "is no column of the table; "
                        + Suggestions.didYouMean(
                            column, columns, "./tidemark explain shows its columns")));
  }
}
