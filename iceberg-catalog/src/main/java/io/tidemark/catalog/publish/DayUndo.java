package io.tidemark.catalog.publish;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.Tags;
import io.tidemark.catalog.publish.DayPublish.Result;
import io.tidemark.catalog.publish.PublishRecord.Action;
import io.tidemark.catalog.table.PartitionTerm;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Takes a publication back: a commit ahead, never a rollback, that brings the day's files from
 * before the publication again and keeps what came to the day since. Files with deleted rows are
 * brought as a copy without those rows. Where the published files were rewritten since, what came
 * is told by rows: those that are there now and were not published. That holds only while every
 * published row is still there: the new version of one that somebody updated would stand beside the
 * old one that comes back.
 *
 * <p>Files to be taken out are named one by one, so that what a stream adds to the day meanwhile
 * stays and is no conflict; a rewrite of the files is one, and the undo is planned anew.
 */
public final class DayUndo {
  private static final int MAX_ATTEMPTS = 10;
  private static final Set<String> CHANGES =
      Set.of(DataOperations.OVERWRITE, DataOperations.DELETE);

  private final Lakehouse lake;
  private final TableName name;
  private final Table table;
  private final LocalDate day;

  private DayUndo(Lakehouse lake, TableName name, Table table, LocalDate day) {
    this.lake = lake;
    this.name = name;
    this.table = table;
    this.day = day;
  }

  /**
   * Puts a day back as it was before its last publication. When that was put back already, nothing
   * happens; neither does when the day is published once more at the same moment.
   *
   * @return the commit that put it back, or the publication that came first; nothing when the day
   *     was never published
   * @throws PublishRefusedException when what was there before is not left, or somebody updated or
   *     deleted published rows since
   */
  public static Optional<Result> undo(Lakehouse lake, TableName table, LocalDate day) {
    return undo(lake, table, lake.load(table), day);
  }

  /**
   * The same through a table that is loaded.
   *
   * @param lake reads the rows of files that cannot be taken as they are
   */
  static Optional<Result> undo(Lakehouse lake, TableName name, Table table, LocalDate day) {
    DayUndo undo = new DayUndo(lake, name, table, day);
    Tags.create(undo.table, () -> Publication.untagged(undo.table));
    return Publication.latest(undo.table, day).map(undo::of);
  }

  private Result of(Publication last) {
    boolean made = last.isPublished() && takeBack(last);
    Tags.create(table, () -> Publication.untagged(table));
    Optional<Publication> own =
        made
            ? Publication.latest(table, day, Action.UNDO, last.record().run())
            : Publication.latest(table, day);
    return new Result(own.orElseThrow(), made);
  }

  private boolean takeBack(Publication last) {
    if (last.before() != null && table.snapshot(last.before()) == null) {
      throw new PublishRefusedException(
          "what %s held of %s before it was published is not left: snapshot %d was expired, although the tag unpublished_%s_N is there to keep it"
              .formatted(name, day, last.before(), day));
    }
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      if (!isNewest(last)) {
        return false;
      }
      Undoing undoing = plan(last);
      try {
        boolean made =
            Commits.overwrite(table, facts(last, undoing), () -> unlessUndone(last, undoing));
        if (!made) {
          undoing.discard();
        }
        return made;
      } catch (ValidationException e) {
        undoing.discard();
        if (attempt == MAX_ATTEMPTS) {
          throw new IllegalStateException(
              "%s of %s was not put back: its files were rewritten %d times meanwhile; stop what rewrites them and undo it again"
                  .formatted(day, name, attempt),
              e);
        }
      }
    }
  }

  /**
   * What an undo does to files.
   *
   * @param head the snapshot it was planned on
   * @param restored what comes back, and rows that came since where they are written anew
   * @param replaced the files it takes the place of; nothing for all of the day, where there is no
   *     file to be named or one with deleted rows
   * @param staged files among the restored that were written for it
   */
  private record Undoing(
      long head, List<DataFile> restored, Optional<DayFiles> replaced, List<StagedFiles> staged) {
    long rows() {
      return restored.stream().mapToLong(DataFile::recordCount).sum();
    }

    /** Only when no commit can name them any more. */
    void discard() {
      staged.forEach(StagedFiles::discard);
    }
  }

  private Undoing plan(Publication last) {
    long head = table.currentSnapshot().snapshotId();
    DayFiles now = DayFiles.read(table, head, day);
    DayFiles published = DayFiles.read(table, last.snapshot(), day);
    boolean same = now.sameAs(published);
    // Without a file to take out, the commit would be an append, which streams read.
    boolean kept = same || !published.isEmpty() && !now.hasDeletes() && now.holdsAll(published);
    if (!kept) {
      requirePublishedRows(last, head);
    }
    List<StagedFiles> staged = new ArrayList<>();
    List<DataFile> restored = new ArrayList<>(before(last, staged));
    if (kept) {
      return new Undoing(head, restored, named(same ? now : published), staged);
    }
    staged.add(write(RowCopies.without(rows(head), rows(last.snapshot()))));
    restored.addAll(staged.get(staged.size() - 1).files());
    return new Undoing(head, restored, named(now), staged);
  }

  private void requirePublishedRows(Publication last, long head) {
    if (!RowCopies.without(rows(last.snapshot()), rows(head)).isEmpty()) {
      throw new PublishRefusedException(
          "%s of %s cannot be put back: rows that were published were updated or deleted since%s, so what came cannot be told from what was published. Take that change back (snapshot %d has the day as it was published), undo, and make the change again"
              .formatted(day, name, changedBy(last, head), last.snapshot()));
    }
  }

  /** The newest commit that updated or deleted rows of the day; nothing when it is expired. */
  private String changedBy(Publication last, long head) {
    for (Snapshot snapshot : SnapshotUtil.ancestorsOf(head, table::snapshot)) {
      Long parent = snapshot.parentId();
      if (snapshot.snapshotId() == last.snapshot() || parent == null) {
        break;
      }
      if (CHANGES.contains(snapshot.operation())
          && table.snapshot(parent) != null
          && !DayFiles.areSame(table, day, parent, snapshot.snapshotId())) {
        return " (snapshot %d, %s at %s)"
            .formatted(
                snapshot.snapshotId(),
                snapshot.operation(),
                Instant.ofEpochMilli(snapshot.timestampMillis()));
      }
    }
    return "";
  }

  private static Optional<DayFiles> named(DayFiles files) {
    return files.isEmpty() || files.hasDeletes() ? Optional.empty() : Optional.of(files);
  }

  private List<DataFile> before(Publication last, List<StagedFiles> staged) {
    DayFiles before = DayFiles.read(table, last.before(), day);
    if (!before.hasDeletes()) {
      return before.files();
    }
    staged.add(write(rows(last.before())));
    return List.copyOf(staged.get(0).files());
  }

  private Dataset<Row> rows(long snapshot) {
    return lake.readAsOf(name, snapshot).where(col(PartitionTerm.DT.column()).equalTo(lit(day)));
  }

  private StagedFiles write(Dataset<Row> rows) {
    return StagedFiles.write(table, rows, Layout.AS_THEY_COME);
  }

  private Map<String, String> facts(Publication last, Undoing undoing) {
    PublishRecord undone = last.record();
    PublishRecord record =
        new PublishRecord(
            Action.UNDO,
            undone.job(),
            undone.day(),
            undone.run(),
            undone.batch(),
            undoing.restored().size(),
            undoing.rows(),
            "");
    return Map.of(PublishRecord.PROPERTY, record.toJson());
  }

  /** Not, when somebody has put the day back, or published it again. */
  private boolean isNewest(Publication last) {
    return Publication.latest(table, day)
        .filter(newest -> newest.snapshot() == last.snapshot())
        .isPresent();
  }

  private Optional<OverwriteFiles> unlessUndone(Publication last, Undoing undoing) {
    if (!isNewest(last)) {
      return Optional.empty();
    }
    OverwriteFiles overwrite =
        undoing
            .replaced()
            .map(files -> ofUnchangedFiles(files, undoing.head()))
            .orElseGet(
                () ->
                    DayPublish.ofUnchangedDay(table, day, undoing.head())
                        .overwriteByRowFilter(DayFiles.of(day)));
    undoing.restored().forEach(overwrite::addFile);
    return Optional.of(overwrite);
  }

  /** An overwrite that fails when one of the files is gone, or has lost rows since a snapshot. */
  private OverwriteFiles ofUnchangedFiles(DayFiles files, long since) {
    OverwriteFiles overwrite =
        table
            .newOverwrite()
            .conflictDetectionFilter(DayFiles.of(day))
            .validateFromSnapshot(since)
            .validateNoConflictingDeletes();
    files.files().forEach(overwrite::deleteFile);
    return overwrite;
  }
}
