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
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Takes a publication back: a commit ahead, never a rollback, that brings the day's files from
 * before the publication again and keeps what came to the day since. Files with deleted rows are
 * brought as a copy without those rows. Where the published files were rewritten since, what came
 * is told by rows: those that are there now and were not published.
 */
public final class DayUndo {
  private static final int MAX_ATTEMPTS = 10;

  private final Lakehouse lake;
  private final TableName name;
  private final Table table;
  private final LocalDate day;

  private DayUndo(Lakehouse lake, TableName name, LocalDate day) {
    this.lake = lake;
    this.name = name;
    this.table = lake.load(name);
    this.day = day;
  }

  /**
   * Puts a day back as it was before its last publication. When that was put back already, nothing
   * happens.
   *
   * @return the commit that put it back; nothing when the day was never published
   */
  public static Optional<Result> undo(Lakehouse lake, TableName table, LocalDate day) {
    DayUndo undo = new DayUndo(lake, table, day);
    Tags.create(undo.table, () -> Publication.untagged(undo.table));
    return Publication.latest(undo.table, day).map(undo::of);
  }

  private Result of(Publication last) {
    boolean made = last.isPublished() && takeBack(last);
    Tags.create(table, () -> Publication.untagged(table));
    return new Result(Publication.latest(table, day).orElseThrow(), made);
  }

  private boolean takeBack(Publication last) {
    if (last.before() != null && table.snapshot(last.before()) == null) {
      throw new PublishRefusedException(
          "what %s held of %s before it was published is not left: snapshot %d was expired, although the tag unpublished_%s_N is there to keep it"
              .formatted(name, day, last.before(), day));
    }
    for (int attempt = 1; ; attempt++) {
      table.refresh();
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
          throw e;
        }
      }
    }
  }

  /**
   * What an undo does to files.
   *
   * @param head the snapshot it was planned on
   * @param restored what comes back, and rows that came since where they are written anew
   * @param replaced the files it takes the place of; nothing for all of the day
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
    List<StagedFiles> staged = new ArrayList<>();
    List<DataFile> restored = new ArrayList<>(before(last, staged));
    if (now.sameAs(published)) {
      return new Undoing(head, restored, Optional.empty(), staged);
    }
    // Without a file to take out, the commit would be an append, which streams read.
    if (!published.isEmpty() && !now.hasDeletes() && now.holdsAll(published)) {
      return new Undoing(head, restored, Optional.of(published), staged);
    }
    staged.add(write(rows(head).exceptAll(rows(last.snapshot()))));
    restored.addAll(staged.get(staged.size() - 1).files());
    return new Undoing(head, restored, Optional.empty(), staged);
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

  private Optional<OverwriteFiles> unlessUndone(Publication last, Undoing undoing) {
    long newest = Publication.latest(table, day).orElseThrow().snapshot();
    if (newest != last.snapshot()) {
      return Optional.empty();
    }
    OverwriteFiles overwrite = DayPublish.ofUnchangedDay(table, day, undoing.head());
    undoing
        .replaced()
        .ifPresentOrElse(
            files -> files.files().forEach(overwrite::deleteFile),
            () -> overwrite.overwriteByRowFilter(DayFiles.of(day)));
    undoing.restored().forEach(overwrite::addFile);
    return Optional.of(overwrite);
  }
}
