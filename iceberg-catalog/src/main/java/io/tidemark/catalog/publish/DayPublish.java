package io.tidemark.catalog.publish;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Tags;
import io.tidemark.catalog.publish.PublishRecord.Action;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Puts a day's offline rows on {@code main}, in one commit that adds the offline branch's data
 * files and takes out the day's own. No row is read or written, so it takes as long for ten
 * thousand rows as for ten million.
 *
 * <p>Iceberg itself validates, at commit time, that nothing of the day was added, deleted or
 * rewritten on {@code main} since the snapshot that was compared. The commit is an overwrite
 * whatever files there are, which streams that read the table pass without reading it. Doing it
 * again changes nothing, and makes up the tags that a crash has left out.
 */
public final class DayPublish {
  /**
   * What is to be published.
   *
   * @param job the job that writes the table
   * @param day business day
   * @param run id of the comparison
   * @param main the snapshot of {@code main} that was compared; {@code null} when it had none
   * @param batch the snapshot of the offline branch that was compared
   * @param reason why it is accepted; empty where it needs no reason
   */
  public record Request(
      String job, LocalDate day, String run, Long main, long batch, String reason) {}

  /**
   * What became of it.
   *
   * @param publication the commit that holds the day's offline rows
   * @param made whether this call made it
   */
  public record Result(Publication publication, boolean made) {}

  private final Table table;
  private final Request request;
  private final DayFiles batch;

  private DayPublish(Table table, Request request) {
    this.table = table;
    this.request = request;
    this.batch = DayFiles.read(table, request.batch(), request.day());
  }

  /**
   * Publishes a day.
   *
   * @throws DayChangedException when the day of {@code main} is not the one that was compared
   * @throws PublishRefusedException when the table's files cannot be published
   */
  public static Result publish(Table table, Request request) {
    table.refresh();
    return new DayPublish(table, request).run();
  }

  private Result run() {
    if (batch.hasDeletes()) {
      throw new PublishRefusedException(
          "%d data files of %s on the offline branch of %s have rows that were deleted by hand, so they cannot be published as they are; let the batch compute the day again"
              .formatted(batch.withDeletes(), request.day(), table.name()));
    }
    boolean made = commit();
    Tags.create(table, () -> Publication.untagged(table));
    return new Result(
        Publication.latest(table, request.day(), Action.PUBLISH, request.run())
            .or(() -> Publication.latest(table, request.day()))
            .orElseThrow(),
        made);
  }

  private boolean commit() {
    PublishRecord record =
        new PublishRecord(
            Action.PUBLISH,
            request.job(),
            request.day().toString(),
            request.run(),
            request.batch(),
            batch.files().size(),
            batch.rows(),
            request.reason());
    try {
      return Commits.overwrite(
          table, Map.of(PublishRecord.PROPERTY, record.toJson()), this::unlessPublished);
    } catch (ValidationException e) {
      table.refresh();
      if (isPublished()) {
        return false;
      }
      throw new DayChangedException(table.name(), request.day(), e);
    }
  }

  private Optional<OverwriteFiles> unlessPublished() {
    Snapshot head = table.currentSnapshot();
    DayFiles main = DayFiles.read(table, head == null ? null : head.snapshotId(), request.day());
    return isPublished() || isPublished(main) ? Optional.empty() : Optional.of(overwrite());
  }

  /** Whether this very comparison was published, by another process or an earlier call. */
  private boolean isPublished() {
    return Publication.latest(table, request.day())
        .filter(last -> last.isOf(request.run()))
        .isPresent();
  }

  /** Whether an earlier comparison was published, and left nothing for this one to replace. */
  private boolean isPublished(DayFiles main) {
    return main.sameAs(batch)
        && Publication.latest(table, request.day())
            .filter(Publication::isPublished)
            .filter(last -> last.record().batch() == request.batch())
            .isPresent();
  }

  private OverwriteFiles overwrite() {
    OverwriteFiles overwrite = ofUnchangedDay(table, request.day(), request.main());
    overwrite.overwriteByRowFilter(DayFiles.of(request.day()));
    batch.files().forEach(overwrite::addFile);
    if (!batch.isEmpty()) {
      overwrite.validateAddedFilesMatchOverwriteFilter();
    }
    return overwrite;
  }

  /**
   * An overwrite that fails when anything of a day was committed since a snapshot.
   *
   * @param since {@code null} for anything that was ever committed
   */
  static OverwriteFiles ofUnchangedDay(Table table, LocalDate day, Long since) {
    OverwriteFiles overwrite =
        table
            .newOverwrite()
            .conflictDetectionFilter(DayFiles.of(day))
            .validateNoConflictingData()
            .validateNoConflictingDeletes();
    return since == null ? overwrite : overwrite.validateFromSnapshot(since);
  }
}
