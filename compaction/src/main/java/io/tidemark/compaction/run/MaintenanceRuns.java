package io.tidemark.compaction.run;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.LeftAlone;
import io.tidemark.compaction.plan.LeftAlone.Why;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.record.MaintenanceRun;
import io.tidemark.compaction.record.MaintenanceRun.Kind;
import io.tidemark.compaction.record.MaintenanceStep;
import io.tidemark.compaction.record.MaintenanceStep.Done;
import io.tidemark.compaction.record.MaintenanceStep.Gained;
import io.tidemark.compaction.record.MaintenanceStep.Groups;
import io.tidemark.compaction.record.MaintenanceStep.Outcome;
import io.tidemark.compaction.record.MaintenanceStep.Planned;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a compaction did as the record has it. */
public final class MaintenanceRuns {
  private static final int NAMED = 5;

  private MaintenanceRuns() {}

  /**
   * A run of the verb: a step for each rewrite of which anything became, and one for each table of
   * which something that is due was left.
   */
  public static MaintenanceRun of(CompactionReport report) {
    List<MaintenanceStep> steps = new ArrayList<>(steps(report).toList());
    left(report).forEach((table, why) -> steps.add(left(table, why, report.started())));
    return run(Kind.COMPACT, report.started(), report.seconds(), steps, names(List.of(report)));
  }

  /**
   * What the driver of a stream did in some time as one run: a step for each table, partition and
   * kind of rewrite. What was left is none, it comes up again with the next micro-batches.
   *
   * @param reports at least one, in their order
   */
  public static MaintenanceRun inline(List<CompactionReport> reports) {
    Map<List<String>, MaintenanceStep> steps = new LinkedHashMap<>();
    for (CompactionReport report : reports) {
      steps(report)
          .forEach(
              step ->
                  steps.merge(
                      List.of(step.table(), step.partition(), step.action()),
                      step,
                      MaintenanceStep::and));
      // Those that could not be read a moment ago.
      for (TableName table : report.looked()) {
        steps.computeIfPresent(
            List.of(table.toString(), "", ""),
            (what, step) -> step.and(ofTable(table, report.started(), Outcome.DONE, "")));
      }
    }
    return run(
        Kind.INLINE,
        reports.get(0).started(),
        reports.stream().mapToDouble(CompactionReport::seconds).sum(),
        List.copyOf(steps.values()),
        names(reports));
  }

  private static Set<String> names(List<CompactionReport> reports) {
    return reports.stream()
        .flatMap(report -> report.looked().stream())
        .map(TableName::toString)
        .collect(Collectors.toSet());
  }

  private static MaintenanceRun run(
      Kind kind, Instant began, double seconds, List<MaintenanceStep> steps, Set<String> looked) {
    return new MaintenanceRun(UUID.randomUUID().toString(), kind, began, seconds, steps, looked);
  }

  private static Stream<MaintenanceStep> steps(CompactionReport report) {
    return Stream.concat(
        report.unreadable().entrySet().stream()
            .map(
                table ->
                    ofTable(table.getKey(), report.started(), Outcome.FAILED, table.getValue())),
        report.outcomes().stream().filter(MaintenanceRuns::isAnything).map(MaintenanceRuns::step));
  }

  private static MaintenanceStep ofTable(
      TableName table, Instant at, Outcome outcome, String detail) {
    return new MaintenanceStep(
        table.toString(),
        "",
        "",
        at,
        0,
        "",
        Planned.NOTHING,
        Done.NOTHING,
        Gained.NOTHING,
        outcome,
        detail);
  }

  /** Nothing becomes of files that somebody else has rewritten since they were planned. */
  private static boolean isAnything(RewriteOutcome outcome) {
    return outcome.groupsDone() + outcome.groupsConflicted() + outcome.groupsFailed() > 0
        || outcome.deleteFilesRemoved() > 0
        || !outcome.detail().isEmpty();
  }

  private static MaintenanceStep step(RewriteOutcome outcome) {
    Rewrite planned = outcome.planned();
    Groups groups =
        new Groups(outcome.groupsDone(), outcome.groupsConflicted(), outcome.groupsFailed());
    return new MaintenanceStep(
        planned.table().toString(),
        planned.partition(),
        planned.scope().text() + (outcome.folded() ? ", folded" : ""),
        outcome.started(),
        outcome.seconds(),
        planned.reasons().stream().map(Reason::text).collect(Collectors.joining("; ")),
        new Planned(planned.groups().size(), planned.files(), planned.bytes(), planned.seconds()),
        new Done(
            groups,
            outcome.filesRemoved(),
            outcome.deleteFilesRemoved(),
            outcome.filesAdded(),
            outcome.bytesRead(),
            outcome.bytesWritten(),
            outcome.rowsFolded(),
            0,
            0),
        new Gained(
            outcome.filesRemoved() + outcome.deleteFilesRemoved() - outcome.filesAdded(),
            outcome.bytesRead() - outcome.bytesWritten()),
        // Fewer groups than planned are all there is where nothing stopped it.
        Outcome.of(outcome.detail().isEmpty() ? groups.done() : planned.groups().size(), groups),
        outcome.detail());
  }

  /**
   * Of each table why what is due was left, and where. What a stream writes right now is no part of
   * it, as what is not due: both come up again by themselves, each day.
   */
  private static Map<String, String> left(CompactionReport report) {
    Map<String, Map<String, List<String>>> byTable = new LinkedHashMap<>();
    for (LeftAlone left : report.plan().leftAlone()) {
      if (left.why() != Why.NOT_DUE && left.why() != Why.HOT) {
        note(byTable, left.table().toString(), left.why().text(), left.partition());
      }
    }
    for (Rewrite planned : report.plan().rewrites()) {
      if (report.outcomes().stream().noneMatch(outcome -> outcome.planned().equals(planned))) {
        note(byTable, planned.table().toString(), "out of time", planned.partition());
      }
    }
    Map<String, String> texts = new LinkedHashMap<>();
    byTable.forEach(
        (table, byWhy) ->
            texts.put(
                table,
                byWhy.entrySet().stream()
                    .map(why -> why.getKey() + ": " + named(why.getValue()))
                    .collect(Collectors.joining("; "))));
    return texts;
  }

  private static void note(
      Map<String, Map<String, List<String>>> byTable, String table, String why, String partition) {
    byTable
        .computeIfAbsent(table, none -> new LinkedHashMap<>())
        .computeIfAbsent(why, none -> new ArrayList<>())
        .add(partition.isEmpty() ? "the table" : partition);
  }

  private static String named(List<String> partitions) {
    String first = partitions.stream().limit(NAMED).collect(Collectors.joining(", "));
    int more = partitions.size() - NAMED;
    return more <= 0 ? first : first + " and %d more".formatted(more);
  }

  private static MaintenanceStep left(String table, String why, Instant at) {
    return new MaintenanceStep(
        table, "", "", at, 0, "", Planned.NOTHING, Done.NOTHING, Gained.NOTHING, Outcome.LEFT, why);
  }
}
