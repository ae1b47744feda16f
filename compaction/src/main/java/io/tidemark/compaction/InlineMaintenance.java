package io.tidemark.compaction;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.record.MaintenanceTable;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.CompactionPolicy.Maintenance;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.StreamMaintenance;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Compacts the tables that a driver's streams write, where their policy says {@code maintenance:
 * inline}: a thread beside the streams, which looks after micro-batches have been committed. No
 * stream waits for it.
 */
public final class InlineMaintenance implements StreamMaintenance {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Set<Step> TOLD =
      EnumSet.of(Step.GROUP_COMMITTED, Step.GROUP_FAILED, Step.TABLE_FAILED);

  /** A round ends then, so that what has become hot meanwhile has its turn. */
  private static final Duration ROUND = Duration.ofMinutes(5);

  @Override
  public Running begin(Workspace workspace, List<JobSpec> streams, PrintWriter progress) {
    Policies policies = new Policies(workspace.declarations().of(CompactionPolicy.class));
    Map<String, List<TableName>> tables = new LinkedHashMap<>();
    for (JobSpec job : streams) {
      List<TableName> inline =
          written(job)
              .filter(table -> policies.of(table).maintenance() == Maintenance.INLINE)
              .toList();
      if (!inline.isEmpty()) {
        tables.put(job.name(), inline);
      }
    }
    // Of a table that cannot be read every round would say the same.
    Set<String> told = new HashSet<>();
    Compaction compaction =
        new Compaction(
            workspace.lake(),
            workspace.jobs(),
            workspace.tables(),
            policies,
            CLOCK,
            (table, step, what) -> {
              if (TOLD.contains(step) && (step != Step.TABLE_FAILED || told.add(table + what))) {
                progress.printf("%s %s: %s%n", table, CompactionText.of(step), what);
                progress.flush();
              }
            });
    int cores = workspace.lake().spark().sparkContext().defaultParallelism();
    MaintenanceTable table = new MaintenanceTable(workspace.lake());
    InlineRecord record =
        new InlineRecord(
            CLOCK,
            run ->
                table
                    .note(run)
                    .ifPresent(
                        problem -> {
                          progress.println(problem);
                          progress.flush();
                        }));
    return new InlineThread(
        tables,
        names -> {
          Instant began = CLOCK.instant();
          try {
            CompactionReport report =
                compaction.run(new Compaction.Order(names, ROUND, null, cores));
            record.add(report);
            return report;
          } catch (Exception e) {
            // Spark throws checked exceptions that it declares nowhere.
            if (!compaction.isStopped()) {
              record.failed(names, began, e);
            }
            throw e;
          }
        },
        compaction::stop,
        record::close,
        workspace.lake().spark().sparkContext(),
        progress);
  }

  private static Stream<TableName> written(JobSpec job) {
    return job instanceof IngestSpec ingest
        ? Stream.of(ingest.output(), ingest.deadLetters())
        : Stream.of(job.output());
  }
}
