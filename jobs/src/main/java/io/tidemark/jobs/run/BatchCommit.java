package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.Optional;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.events.CreateSnapshotEvent;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * Puts what a batch has computed in place of its days in the {@code offline} branch, unless another
 * batch has made them alike meanwhile: those stay, because a job that was made from them would be
 * outdated by days that are no different.
 *
 * @param table the job's table, as it was before the batch computed
 * @param begun the snapshot of the branch at that time
 * @param again whether days that were made alike before that are to be replaced
 */
record BatchCommit(JobSpec job, Table table, Range days, MadeDays made, long begun, boolean again) {
  private static final int MAX_ATTEMPTS = 50;

  /**
   * The snapshot in which the days are.
   *
   * @param stayed whether they are another batch's
   */
  record Landed(long snapshot, boolean stayed) {}

  static BatchCommit begin(JobSpec job, Table table, Range days, MadeDays made, boolean again) {
    return new BatchCommit(job, table, days, made, head(table), again);
  }

  /** Commits the files, or deletes them. */
  Landed land(StagedFiles staged, BatchRecord batch) {
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      long head = head(table);
      Optional<Long> alike = head == begun ? Optional.empty() : alike(batch);
      if (alike.isPresent()) {
        staged.discard();
        made.add(table, days);
        return new Landed(alike.get(), true);
      }
      try {
        long snapshot = replace(staged, batch, head);
        made.add(snapshot);
        return new Landed(snapshot, false);
      } catch (ValidationException | CommitFailedException e) {
        // The days may have been made since the look: then they are looked at once more.
        table.refresh();
        if (attempt == MAX_ATTEMPTS || head(table) == head) {
          throw e;
        }
      }
    }
  }

  private Optional<Long> alike(BatchRecord batch) {
    return again
        ? made.findSince(begun, job, table, days, batch)
        : made.find(job, table, days, batch);
  }

  private long replace(StagedFiles staged, BatchRecord batch, long seen) {
    Expression filter =
        job instanceof MirrorSpec
            ? Expressions.alwaysTrue()
            : Expressions.and(
                Expressions.greaterThanOrEqual(SystemColumns.DT, days.from().toString()),
                Expressions.lessThanOrEqual(SystemColumns.DT, days.to().toString()));
    OverwriteFiles overwrite =
        table
            .newOverwrite()
            .toBranch(Lakehouse.OFFLINE)
            .overwriteByRowFilter(filter)
            .validateFromSnapshot(seen)
            .conflictDetectionFilter(filter)
            .validateNoConflictingData()
            .validateNoConflictingDeletes()
            .set(BatchRecord.PROPERTY, batch.toJson());
    staged.files().forEach(overwrite::addFile);
    if (!staged.files().isEmpty()) {
      overwrite.validateAddedFilesMatchOverwriteFilter();
    }
    overwrite.commit();
    return ((CreateSnapshotEvent) overwrite.updateEvent()).snapshotId();
  }

  private static long head(Table table) {
    return table.refs().get(Lakehouse.OFFLINE).snapshotId();
  }
}
