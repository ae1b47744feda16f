package io.tidemark.compaction.run;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.spec.CompactionPolicy.Cold;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.FailureText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.Table;

/** Whether tables whose files are to move can be read and written where these go. */
final class ColdLocations {
  private ColdLocations() {}

  /**
   * Asks for each table of a plan, before anything is rewritten.
   *
   * @throws ColdLocationException with every table whose location cannot be reached
   */
  static void require(CompactionPlan plan, Policies policies, Function<TableName, Table> load) {
    List<String> problems = new ArrayList<>();
    plan.rewrites().stream()
        .filter(Rewrite::cold)
        .map(Rewrite::table)
        .distinct()
        .forEach(
            name -> {
              Table table = load.apply(name);
              Cold cold = policies.of(name).cold();
              try {
                // Whether it is there is of no interest: who cannot reach it cannot tell.
                table.io().newInputFile(cold.folderOf(name, table.uuid())).exists();
              } catch (RuntimeException e) {
                problems.add(
                    "%s: cold.location '%s' cannot be reached by the catalog's %s (%s)"
                        .formatted(
                            name,
                            cold.location(),
                            table.io().getClass().getSimpleName(),
                            FailureText.inALine(e)));
              }
            });
    if (!problems.isEmpty()) {
      throw new ColdLocationException(problems);
    }
  }
}
