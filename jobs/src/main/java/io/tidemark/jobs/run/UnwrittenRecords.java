package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.IngestSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Commits of an ODS table that are still the only record of what they did, because whoever made
 * them ended before it was written elsewhere. The next move or retry writes it, from them.
 */
public final class UnwrittenRecords {
  private final Lakehouse lake;
  private final Table ods;

  /**
   * Those of one table.
   *
   * @param ods the table, just loaded
   */
  public UnwrittenRecords(Lakehouse lake, Table ods) {
    this.lake = lake;
    this.ods = ods;
  }

  /** Commits that moved the job's position and are not in {@code ops.offset_move}. */
  public Set<Long> moves() {
    return new MoveLog(lake, ods).unwritten();
  }

  /**
   * Commits that repaired dead letters which have no mark.
   *
   * @param job the job that writes the table
   */
  public Set<Long> repairs(IngestSpec job) {
    List<Snapshot> unmarked =
        new RepairMarks(lake, job, ods, lake.load(job.deadLetters())).unmarked();
    return unmarked.stream().map(Snapshot::snapshotId).collect(Collectors.toSet());
  }
}
