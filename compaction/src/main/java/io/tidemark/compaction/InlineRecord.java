package io.tidemark.compaction;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.record.MaintenanceRun;
import io.tidemark.compaction.record.MaintenanceStep;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.run.MaintenanceRuns;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Records what is done beside streams, a quarter of an hour at a time: a commit for each of the
 * thousands of rewrites of a day would need compaction itself. A driver that is killed leaves its
 * last quarter of an hour unrecorded.
 */
final class InlineRecord {
  static final Duration SPAN = Duration.ofMinutes(15);

  private final InstantSource clock;
  private final Consumer<MaintenanceRun> table;
  private final List<CompactionReport> reports = new ArrayList<>();
  private final Set<TableName> unread = new HashSet<>();
  private boolean closed;

  /**
   * A record of one driver.
   *
   * @param table writes a run down
   */
  InlineRecord(InstantSource clock, Consumer<MaintenanceRun> table) {
    this.clock = clock;
    this.table = table;
  }

  /**
   * Takes note of a compaction that is over. One that had nothing to do is none, unless it could
   * read what could not be read before.
   */
  synchronized void add(CompactionReport report) {
    boolean again = unread.removeAll(report.looked());
    unread.addAll(report.unreadable().keySet());
    if (again || !report.outcomes().isEmpty() || !report.unreadable().isEmpty()) {
      reports.add(report);
    }
    if (closed || isLongAgo()) {
      write();
    }
  }

  /** Takes note of a compaction that failed before it could say of which table. */
  void failed(List<TableName> tables, Instant began, Exception failure) {
    Map<TableName, String> why = new LinkedHashMap<>();
    tables.forEach(table -> why.put(table, MaintenanceStep.failure(failure)));
    double seconds = Duration.between(began, clock.instant()).toMillis() / 1000.0;
    add(
        new CompactionReport(
            new CompactionPlan(List.of(), List.of()),
            List.of(),
            Set.of(),
            why,
            began,
            seconds,
            seconds));
  }

  private boolean isLongAgo() {
    return !reports.isEmpty()
        && Duration.between(reports.get(0).started(), clock.instant()).compareTo(SPAN) >= 0;
  }

  /** Writes down what there is, and from now on each compaction at once. */
  synchronized void close() {
    closed = true;
    write();
  }

  private void write() {
    if (!reports.isEmpty()) {
      MaintenanceRun run = MaintenanceRuns.inline(reports);
      reports.clear();
      table.accept(run);
    }
  }
}
