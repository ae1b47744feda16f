package io.tidemark.reconciliation;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.reconciliation.plan.Pin;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** How many rows a comparison may look at, told from metadata. */
final class DaySize {
  private final Lakehouse lake;
  private final JobCatalog jobs;

  DaySize(Lakehouse lake, JobCatalog jobs) {
    this.lake = lake;
    this.jobs = jobs;
  }

  /** Rows of the day in the job's table and in all that it depends on, on both branches. */
  long rows(JobSpec job, Pin pin) {
    Expression ofDay = Expressions.equal(SystemColumns.DT, pin.day().toString());
    long rows = rows(job, ofDay);
    for (JobSpec upstream : jobs.upstream(job)) {
      rows += rows(upstream, ofDay);
    }
    return rows;
  }

  private long rows(JobSpec job, Expression ofDay) {
    long rows = 0;
    Table table = lake.load(job.output());
    for (String branch : new String[] {SnapshotRef.MAIN_BRANCH, Lakehouse.OFFLINE}) {
      rows += rows(table, table.snapshot(branch), ofDay);
    }
    if (job instanceof IngestSpec ingest) {
      Table letters = lake.load(ingest.deadLetters());
      rows += rows(letters, letters.currentSnapshot(), Expressions.alwaysTrue());
    }
    return rows;
  }

  private static long rows(Table table, Snapshot head, Expression filter) {
    if (head == null) {
      return 0;
    }
    long rows = 0;
    try (CloseableIterable<FileScanTask> files =
        table.newScan().useSnapshot(head.snapshotId()).filter(filter).planFiles()) {
      for (FileScanTask file : files) {
        rows += file.file().recordCount();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }
}
