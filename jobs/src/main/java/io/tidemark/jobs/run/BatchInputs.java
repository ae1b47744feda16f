package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import java.time.LocalDate;
import java.util.Optional;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;

/** Whether the batches that a batch was made from are still those of their day. */
public final class BatchInputs {
  private final Lakehouse lake;
  private final JobCatalog jobs;

  public BatchInputs(Lakehouse lake, JobCatalog jobs) {
    this.lake = lake;
    this.jobs = jobs;
  }

  /**
   * The job whose batch of a day was made again after its rows had gone into a batch, directly or
   * through the batches of other jobs, or is there no more; nothing when the batch was made from
   * what is there.
   *
   * @param batch the newest batch of the job and day
   */
  public Optional<JobSpec> madeAgain(JobSpec job, LocalDate day, BatchRecord batch) {
    for (JobSpec input : jobs.inputs(job)) {
      // A history is read from the change log itself.
      if (!(input instanceof IngestSpec || input instanceof MirrorSpec)) {
        Optional<JobSpec> found = madeAgain(day, batch, input);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<JobSpec> madeAgain(LocalDate day, BatchRecord batch, JobSpec input) {
    Table table = lake.load(input.output());
    SnapshotRef branch = table.refs().get(Lakehouse.OFFLINE);
    if (branch == null) {
      // The table was made anew: nothing is left of what was read, nor anything in its place.
      return Optional.of(input);
    }
    if (batch.isBehind(input.output(), table, day, branch.snapshotId())) {
      return Optional.of(input);
    }
    return BatchRecord.latest(table, day).flatMap(above -> madeAgain(input, day, above.getValue()));
  }
}
