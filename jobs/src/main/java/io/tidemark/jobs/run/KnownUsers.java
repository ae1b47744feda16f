package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.Lineage;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.UsersSpec;
import io.tidemark.jobs.spec.ViewSpec;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Keeps the tables of known users: who was seen through a day, so that later days are counted
 * without reading all of history.
 *
 * <p>Users known through an earlier day are carried on with the days behind it. Where one of the
 * earlier days has changed since (it was published, put back or replayed, or rows came to it), or
 * the declaration was, all days are read anew. A rerun changes nothing. Two that run at once do not
 * both commit: the later one fails, and may be run again.
 *
 * <p>Readers meanwhile read on: the view names the day that it is behind, whose users stay until
 * the next run but one.
 */
public final class KnownUsers {
  /**
   * What was done for a view.
   *
   * @param view the view
   * @param through the day through which users are known now
   * @param users how many there are; {@code null} where they were known already
   * @param anew why all days were read; empty where they were not
   */
  public record Report(TableName view, LocalDate through, Long users, String anew) {}

  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final JobTables tables;

  public KnownUsers(Lakehouse lake, JobCatalog jobs, JobTables tables) {
    this.lake = lake;
    this.jobs = jobs;
    this.tables = tables;
  }

  /**
   * Makes the users of a view known through a day.
   *
   * @param view one with a table of known users
   * @throws NotSealedException when the day is open: its rows are still to come
   * @throws UnreadException when the stream has not passed the cut of the day
   */
  public Report roll(ViewSpec view, LocalDate through) {
    AggregateSpec summary = (AggregateSpec) jobs.writerOf(view.of()).orElseThrow();
    Table rows = tables.ensure(summary);
    Cuts cuts = new Cuts(lake, jobs);
    long unread = cuts.backlog(summary, cuts.cutOf(summary, through));
    if (unread > 0) {
      throw new UnreadException(summary, through, unread);
    }
    rows.refresh();
    Table known = tables.ensureKnown(view);
    UsersSpec users = (UsersSpec) view.shape();
    KnownRecord now =
        new KnownRecord(
            through.toString(),
            Optional.ofNullable(rows.currentSnapshot()).map(Snapshot::snapshotId).orElse(null),
            users.dimensions(),
            Lineage.hashOf(summary, jobs, lake.environment().timeZone()));
    Optional<KnownRecord> last = KnownRecord.latest(known);
    Optional<String> outdated = last.flatMap(record -> record.outdated(now, rows));
    Optional<KnownRecord> base = outdated.isPresent() ? Optional.empty() : last;
    Report report;
    if (base.filter(record -> record.through().equals(now.through())).isPresent()) {
      report = new Report(view.name(), through, null, "");
    } else {
      StagedFiles staged = write(view, summary, known, base, now);
      commit(known, staged, last, now);
      report = new Report(view.name(), through, staged.rows(), outdated.orElse(""));
    }
    tables.ensureRecent(view);
    return report;
  }

  private StagedFiles write(
      ViewSpec view,
      AggregateSpec summary,
      Table known,
      Optional<KnownRecord> base,
      KnownRecord now) {
    JobSession session = new JobSession(lake);
    Dataset<Row> rows =
        now.snapshot() == null
            ? session.empty(tables.schema(summary))
            : session
                .lake()
                .known(view.of(), JobTables.known(lake.load(view.of()), tables.schema(summary)))
                .readAsOf(now.snapshot())
                .where(col(SystemColumns.DT).leq(lit(now.day())));
    Map<String, Dataset<Row>> views = new HashMap<>();
    String before = null;
    if (base.isPresent()) {
      rows = rows.where(col(SystemColumns.DT).gt(lit(base.get().day())));
      before = "SELECT * FROM before";
      views.put(
          "before",
          session
              .lake()
              .readAsOf(tables.known(view), known.currentSnapshot().snapshotId())
              .where(col(SystemColumns.DT).equalTo(lit(base.get().day()))));
    }
    views.put("stored", rows);
    String sql = tables.sql(view).known(tables.readSql(summary, "stored"), before, now.day());
    // All rows have one dt: gathered by partition they would be one task's.
    return StagedFiles.write(known, session.over(views, sql), Layout.AS_THEY_COME);
  }

  /** The users of the last run stay for those who read the view as it was until now. */
  private static void commit(
      Table known, StagedFiles staged, Optional<KnownRecord> last, KnownRecord now) {
    Expression replaced =
        last.map(KnownRecord::through)
            .filter(day -> !Objects.equals(day, now.through()))
            .<Expression>map(day -> Expressions.notEqual(SystemColumns.DT, day))
            .orElse(Expressions.alwaysTrue());
    OverwriteFiles overwrite =
        known
            .newOverwrite()
            .overwriteByRowFilter(replaced)
            .conflictDetectionFilter(Expressions.alwaysTrue())
            .validateNoConflictingData()
            .validateNoConflictingDeletes()
            .set(TableState.KNOWN_USERS, now.toJson());
    if (known.currentSnapshot() != null) {
      overwrite.validateFromSnapshot(known.currentSnapshot().snapshotId());
    }
    staged.files().forEach(overwrite::addFile);
    try {
      overwrite.commit();
    } catch (ValidationException | CommitFailedException e) {
      staged.discard();
      throw e;
    }
  }
}
