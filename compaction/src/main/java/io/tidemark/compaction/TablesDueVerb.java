package io.tidemark.compaction;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ByteSizes;
import io.tidemark.compaction.health.HealthReader;
import io.tidemark.compaction.plan.Candidate;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.LeftAlone;
import io.tidemark.compaction.plan.LeftAlone.Why;
import io.tidemark.compaction.plan.Planner;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Spans;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
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
  private static final int LEFT_ALONE_SHOWN = 20;

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
    Leases leases = new Leases(workspace.lake(), workspace.jobs(), now);
    List<Candidate> candidates = new ArrayList<>();
    int code =
        chosen.look(
            spec,
            name -> {
              Table table = workspace.lake().load(name);
              if (table.properties().containsKey(Lakehouse.HISTORY)) {
                tellOfHistory(name);
                return;
              }
              CompactionPolicy policy = chosen.policies().of(name);
              candidates.add(
                  new Candidate(
                      HealthReader.read(table, SnapshotRef.MAIN_BRANCH, policy),
                      policy,
                      leases.of(name, table, policy.lease())));
            });
    int cores = workspace.lake().spark().sparkContext().defaultParallelism();
    CompactionPlan plan = Planner.plan(candidates, wish.wish(now, cores));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(Json.plan(plan)));
    } else {
      print(plan, out);
    }
    out.flush();
    return code;
  }

  /** Such tables are many files by design, and of no interest unless they are named. */
  private void tellOfHistory(TableName name) {
    if (!wish.names().isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf(
              "note: %s belongs to a history of users; only ./tidemark tags replaces its files%n",
              name);
    }
  }

  private static void print(CompactionPlan plan, PrintWriter out) {
    if (!plan.rewrites().isEmpty()) {
      TextTable rows =
          new TextTable(
                  "table",
                  "partition",
                  "what",
                  "files",
                  "fewer",
                  "size",
                  "groups",
                  "takes",
                  "gain per cost",
                  "because")
              .ofCounts();
      plan.rewrites().forEach(each -> addRow(rows, each));
      rows.print(out);
      out.println();
    }
    List<LeftAlone> kept =
        plan.leftAlone().stream().filter(each -> each.why() != Why.NOT_DUE).toList();
    if (!kept.isEmpty()) {
      TextTable rows = new TextTable("table", "partition", "left alone", "because");
      kept.stream()
          .limit(LEFT_ALONE_SHOWN)
          .forEach(
              each ->
                  rows.add(
                      each.table().toString(), each.partition(), each.why().text(), each.text()));
      rows.print(out);
      if (kept.size() > LEFT_ALONE_SHOWN) {
        out.printf("(the first %d; --json has all %d)%n", LEFT_ALONE_SHOWN, kept.size());
      }
      out.println();
    }
    out.printf(
        "due: %d rewrites of %d files, %s, about %s; %d files fewer to open. Left alone: %d not due,"
            + " %d hot, %d leased, %d beyond the budget%n",
        plan.rewrites().size(),
        plan.total(Rewrite::files),
        ByteSizes.shown(plan.total(Rewrite::bytes)),
        Spans.ofSeconds(plan.seconds()),
        plan.total(Rewrite::filesFewer),
        plan.count(Why.NOT_DUE),
        plan.count(Why.HOT),
        plan.count(Why.LEASED),
        plan.count(Why.BUDGET));
  }

  private static void addRow(TextTable rows, Rewrite rewrite) {
    int groups = rewrite.groups().size();
    rows.add(
        rewrite.table().toString(),
        rewrite.partition(),
        rewrite.scope().text(),
        rewrite.files(),
        rewrite.filesFewer(),
        ByteSizes.shown(rewrite.bytes()),
        groups == rewrite.groupsNeeded()
            ? Integer.toString(groups)
            : groups + " of " + rewrite.groupsNeeded(),
        Spans.ofSeconds(rewrite.seconds()),
        Math.round(rewrite.gainPerCost() * 100) / 100.0,
        rewrite.reasons().stream().map(Reason::text).collect(Collectors.joining("; ")));
  }
}
