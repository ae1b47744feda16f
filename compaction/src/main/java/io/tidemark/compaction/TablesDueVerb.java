package io.tidemark.compaction;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Candidate;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.Planner;
import io.tidemark.compaction.run.Candidates;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plans which files of tables are worth rewriting. */
@Command(
    name = "due",
    description = "Plans which files of tables are worth rewriting, and changes nothing.",
    footer = {
      "",
      "Prints what is due within the budget, the highest gain per cost first, and what is left alone:",
      "partitions a writer is about to touch, days that are sealed and not yet published, and what the",
      "budget does not pay for. Gain per cost: bytes that a query saves for each byte rewritten; a",
      "file it need not open counts as 4 MiB. Policies are in conf/compaction.",
      "",
      "Exit code 0 whatever is due; 1 when a table cannot be read, the others were; 2 when one is not",
      "there.",
      "",
      "Examples:",
      "  tidemark tables due",
      "  tidemark tables due dwd.reading_event --day 2026-01-31",
      "  tidemark tables due --budget 10min --json"
    })
public final class TablesDueVerb implements Verb {
  @Option(names = "--json", description = "Prints JSON in place of tables.")
  private boolean json;

  @Mixin private PlanOptions wish = new PlanOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOOK;
  }

  @Override
  public String partOf() {
    return "tables";
  }

  @Override
  public Integer call() {
    Workspace workspace = Workspace.open(options);
    ChosenTables chosen = ChosenTables.of(workspace, wish.names(), spec);
    Instant now = Clock.systemUTC().instant();
    Candidates look = new Candidates(workspace.lake(), workspace.jobs(), chosen.policies(), now);
    List<Candidate> candidates = new ArrayList<>();
    int code =
        chosen.look(
            spec,
            name -> look.of(name).ifPresentOrElse(candidates::add, () -> tellOfHistory(name)));
    int cores = workspace.lake().spark().sparkContext().defaultParallelism();
    CompactionPlan plan = Planner.plan(candidates, wish.wish(now, cores));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(Json.plan(plan)));
    } else {
      CompactionText.print(plan, out);
    }
    out.flush();
    return code;
  }

  /** Such tables are many files by design, and of no interest unless they are named. */
  private void tellOfHistory(TableName name) {
    if (!wish.names().isEmpty()) {
      ChosenTables.tellOfHistory(name, spec);
    }
  }
}
