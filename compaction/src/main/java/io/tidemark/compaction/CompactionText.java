package io.tidemark.compaction;

import io.tidemark.catalog.config.ByteSizes;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.LeftAlone;
import io.tidemark.compaction.plan.LeftAlone.Why;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Spans;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.jobs.cli.TextTable;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** Plans and steps of compactions, for people. */
final class CompactionText {
  private static final int LEFT_ALONE_SHOWN = 20;

  private CompactionText() {}

  static String of(Step step) {
    return switch (step) {
      case GROUP_STARTED -> "begins";
      case GROUP_WRITTEN -> "has written";
      case GROUP_COMMITTED -> "committed";
      case GROUP_CONFLICTED -> "gives a group up";
      case GROUP_FAILED -> "failed";
      case REWRITE_DONE -> "done with";
    };
  }

  static void print(CompactionPlan plan, PrintWriter out) {
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
