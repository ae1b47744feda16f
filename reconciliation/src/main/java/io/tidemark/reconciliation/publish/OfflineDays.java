package io.tidemark.reconciliation.publish;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.publish.DayFiles;
import io.tidemark.catalog.publish.Publication;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.spec.JobSpec;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;

/** What the branch {@code offline} holds of a day, beside the batch that made it. */
final class OfflineDays {
  private final Lakehouse lake;

  OfflineDays(Lakehouse lake) {
    this.lake = lake;
  }

  /**
   * Whether somebody changed the day behind its batch.
   *
   * @param compared the snapshot that is compared: the batch's own, unless somebody came behind it
   */
  boolean isChanged(JobSpec job, LocalDate day, long compared) {
    Table table = lake.load(job.output());
    long batch = BatchRecord.asOf(table, day, compared).map(Map.Entry::getKey).orElse(compared);
    return batch != compared && !DayFiles.areSame(table, day, batch, compared);
  }

  /**
   * Whether {@code main} shows the day's newest batch, which is the one that the jobs behind it
   * were computed from: they are not ready otherwise.
   */
  boolean isOnMain(JobSpec job, LocalDate day) {
    if (!lake.exists(job.output())) {
      return false;
    }
    Table table = lake.load(job.output());
    Optional<Long> newest = BatchRecord.latest(table, day).map(Map.Entry::getKey);
    return Publication.latest(table, day)
            .filter(Publication::isPublished)
            .flatMap(published -> BatchRecord.asOf(table, day, published.record().batch()))
            .map(Map.Entry::getKey)
            .equals(newest)
        && newest.isPresent();
  }
}
