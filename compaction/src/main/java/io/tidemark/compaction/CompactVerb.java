package io.tidemark.compaction;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ByteSizes;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.plan.Spans;
import io.tidemark.compaction.record.MaintenanceTable;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.run.MaintenanceRuns;
import io.tidemark.compaction.run.RewriteOutcome;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Rewrites what is due, beside the streams. */
@Command(
    name = "compact",
    description = "Rewrites files of tables that are worth it, while streams go on writing.",
    footer = {
      "",
      "Does what 'tidemark tables due' plans, and plans it anew. Each group of files is a commit of its",
      "own: whenever it is interrupted, the tables are right, and the next one goes on. A group that",
      "another writer comes before is given up; streams never wait and never fail for it. A day that is",
      "sealed and not yet published is left alone. What was done is recorded in ops.maintenance_run.",
      "",
      "Exit code 0: done, groups given up for other writers included; 1: something could not be",
      "rewritten or read, or the record could not be written, the rest was done; 2: a table is not",
      "there, or an option was refused.",
      "",
      "Examples:",
      "  tidemark compact --dry-run",
      "  tidemark compact --budget 10min",
      "  tidemark compact dwd.reading_event --day 2026-01-31"
    })
public final class CompactVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();

  @Option(names = "--dry-run", description = "Prints the plan with its reasons; changes nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Prints JSON in place of tables.")
  private boolean json;

  @Mixin private PlanOptions wish = new PlanOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public Integer call() {
    Workspace workspace = Workspace.open(options);
    Lakehouse lake = workspace.lake();
    ChosenTables chosen = ChosenTables.of(workspace, wish.names(), spec);
    PrintWriter err = spec.commandLine().getErr();
    AtomicBoolean unreadable = new AtomicBoolean();
    Compaction compaction =
        new Compaction(
            lake,
            workspace.jobs(),
            workspace.tables(),
            chosen.policies(),
            CLOCK,
            (table, step, what) -> {
              unreadable.compareAndSet(false, step == Step.TABLE_FAILED);
              err.printf("%s %s: %s%n", table, CompactionText.of(step), what);
              err.flush();
            });
    Wish asked = wish.wish(CLOCK.instant(), lake.spark().sparkContext().defaultParallelism());
    Compaction.Order order =
        new Compaction.Order(tables(lake, chosen), asked.time(), asked.day(), asked.cores());
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      CompactionPlan plan = compaction.plan(order);
      print(plan, out);
      return unreadable.get() ? ExitCodes.FAILURE : ExitCodes.OK;
    }
    CompactionReport report = compaction.run(order);
    print(report, out);
    Optional<String> problem = new MaintenanceTable(lake).note(MaintenanceRuns.of(report));
    problem.ifPresent(err::println);
    err.flush();
    return report.failed() || unreadable.get() || problem.isPresent()
        ? ExitCodes.FAILURE
        : ExitCodes.OK;
  }

  /** Tables of others are rewritten only when they are named. */
  private List<TableName> tables(Lakehouse lake, ChosenTables chosen) {
    if (wish.names().isEmpty()) {
      return chosen.names().stream()
          .filter(name -> has(lake, name, Lakehouse.TIME_ZONE, true))
          .toList();
    }
    chosen.names().stream()
        .filter(name -> has(lake, name, Lakehouse.HISTORY, false))
        .forEach(name -> ChosenTables.tellOfHistory(name, spec));
    return chosen.names();
  }

  private static boolean has(
      Lakehouse lake, TableName name, String property, boolean whenUnreadable) {
    try {
      return lake.load(name).properties().containsKey(property);
    } catch (RuntimeException unreadable) {
      // Told of when it is looked at.
      return whenUnreadable;
    }
  }

  private void print(CompactionPlan plan, PrintWriter out) {
    if (json) {
      out.println(Json.write(Json.plan(plan)));
    } else {
      CompactionText.print(plan, out);
    }
    out.flush();
  }

  private void print(CompactionReport report, PrintWriter out) {
    if (json) {
      out.println(Json.write(Json.report(report)));
      out.flush();
      return;
    }
    if (!report.outcomes().isEmpty()) {
      TextTable rows =
          new TextTable(
                  "table",
                  "partition",
                  "what",
                  "groups",
                  "files",
                  "became",
                  "deletes gone",
                  "read",
                  "written",
                  "took",
                  "")
              .ofCounts();
      report.outcomes().forEach(each -> addRow(rows, each));
      rows.print(out);
      out.println();
    }
    out.printf(
        "compacted: %d files became %d, %d delete files gone, %s rewritten in %s; groups: %d done,"
            + " %d given up for other writers, %d failed%s%n",
        report.total(RewriteOutcome::filesRemoved),
        report.total(RewriteOutcome::filesAdded),
        report.total(RewriteOutcome::deleteFilesRemoved),
        ByteSizes.shown(report.total(RewriteOutcome::bytesRead)),
        Spans.ofSeconds(report.seconds()),
        report.total(RewriteOutcome::groupsDone),
        report.total(RewriteOutcome::groupsConflicted),
        report.total(RewriteOutcome::groupsFailed),
        report.notBegun() == 0
            ? ""
            : "; %d planned rewrites not begun, the time is used up".formatted(report.notBegun()));
    out.flush();
  }

  private static void addRow(TextTable rows, RewriteOutcome outcome) {
    rows.add(
        outcome.planned().table().toString(),
        outcome.planned().partition(),
        outcome.planned().scope().text() + (outcome.folded() ? ", folded" : ""),
        outcome.groupsDone() + " of " + outcome.planned().groups().size(),
        outcome.filesRemoved(),
        outcome.filesAdded(),
        outcome.deleteFilesRemoved(),
        ByteSizes.shown(outcome.bytesRead()),
        ByteSizes.shown(outcome.bytesWritten()),
        Spans.ofSeconds(outcome.seconds()),
        outcome.detail());
  }
}
