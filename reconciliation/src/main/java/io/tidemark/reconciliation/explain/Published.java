package io.tidemark.reconciliation.explain;

import io.tidemark.catalog.publish.Publication;
import io.tidemark.catalog.publish.PublishRecord;
import io.tidemark.catalog.publish.PublishRecord.Action;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lineage;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * The batch whose rows stand on {@code main}, in place of the stream's, since the day was
 * published. What was a difference before is none any more: against a later batch only that can
 * differ what this one was made from otherwise, and what happened to the day since.
 *
 * @param batch what it was made from; nothing once its snapshot has expired
 * @param at when it was committed, in milliseconds since 1970
 */
record Published(Optional<BatchRecord> batch, long at) {

  /**
   * The publication of a day that a snapshot of {@code main} stands on; nothing where none was
   * made, or all of them were undone.
   */
  static Optional<Published> of(Table table, Optional<Long> main, LocalDate day) {
    long upTo = main.map(table::snapshot).map(Snapshot::sequenceNumber).orElse(-1L);
    Deque<PublishRecord> inForce = new ArrayDeque<>();
    for (Publication each : Publication.all(table)) {
      if (each.record().date().equals(day)
          && table.snapshot(each.snapshot()).sequenceNumber() <= upTo) {
        if (each.record().action() == Action.PUBLISH) {
          inForce.push(each.record());
        } else {
          inForce.poll();
        }
      }
    }
    return Optional.ofNullable(inForce.peek()).map(record -> of(table, record));
  }

  /** Whether what the batch was made from can still be told. */
  boolean isKnown() {
    return batch.isPresent();
  }

  /**
   * Evidence that a batch was made by another definition than today's, of its job or of one between
   * ODS and it; nothing where it was not.
   *
   * @param lineage the batch's
   */
  static Optional<String> otherDefinition(
      String lineage, JobSpec job, JobCatalog jobs, ZoneId zone) {
    List<JobSpec> line = Lineage.jobsOf(job, jobs);
    List<String> then = Lineage.parts(lineage);
    List<String> today = Lineage.parts(Lineage.hashOf(job, jobs, zone));
    for (int i = 0; i < Math.min(line.size(), then.size()); i++) {
      if (!(line.get(i) instanceof IngestSpec) && !then.get(i).equals(today.get(i))) {
        return Optional.of(
            "definition %s of %s; today's is %s"
                .formatted(then.get(i), line.get(i).name(), today.get(i)));
      }
    }
    return Optional.empty();
  }

  private static Published of(Table table, PublishRecord record) {
    Snapshot made = table.snapshot(record.batch());
    long at = made == null ? 0 : made.timestampMillis();
    return new Published(
        BatchRecord.asOf(table, record.date(), record.batch()).map(entry -> entry.getValue()), at);
  }
}
