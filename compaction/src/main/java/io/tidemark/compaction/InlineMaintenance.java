package io.tidemark.compaction;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Planner.Wish;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compacts the tables that a driver's streams write, where their policy says {@code maintenance:
 * inline}: a thread beside the streams, which looks after micro-batches have been committed. No
 * stream waits for it.
 */
public final class InlineMaintenance implements StreamMaintenance {
  private static final Clock CLOCK = Clock.systemUTC();

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
    Compaction compaction =
        new Compaction(
            workspace.lake(),
            workspace.jobs(),
            workspace.tables(),
            policies,
            CLOCK,
            (table, step, what) -> {
              if (step == Step.GROUP_COMMITTED || step == Step.GROUP_FAILED) {
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
          CompactionReport report =
              compaction.run(new Compaction.Order(names, Wish.UNLIMITED, null, cores));
          record.add(report);
          return report;
        },
        () -> {
          compaction.stop();
          record.close();
        },
        workspace.lake().spark().sparkContext(),
        progress);
  }

  private static Stream<TableName> written(JobSpec job) {
    return job instanceof IngestSpec ingest
        ? Stream.of(ingest.output(), ingest.deadLetters())
        : Stream.of(job.output());
  }
}
