package io.tidemark.jobs.decode;

import io.tidemark.jobs.decode.Change.Operation;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.IngestSpec;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When the changes of a message happened: when they were committed, or when their rows came about
 * where the job names a column that says so.
 */
final class ChangeTimes implements Serializable {
  private static final long serialVersionUID = 1L;

  private final EventTimeSpec bounds;

  /** Where the time stands in messages. */
  private final String path;

  /** Place of the time among a row's values; -1 where it is that of the commit. */
  private final int column;

  private ChangeTimes(EventTimeSpec bounds, String path, int column) {
    this.bounds = bounds;
    this.path = path;
    this.column = column;
  }

  /**
   * Those of a job's changes.
   *
   * @param committed where the time of the commit stands in a message
   */
  static ChangeTimes of(IngestSpec job, String committed) {
    List<String> names = job.columns().stream().map(ColumnSpec::name).toList();
    int column = names.indexOf(job.eventTime().column());
    return new ChangeTimes(
        job.eventTime(), column < 0 ? committed : job.columns().get(column).path(), column);
  }

  /** The changes with their times; a dead letter where one has none, or one that cannot be. */
  Decoded of(Decoded.Changes changes, Instant recordTime) {
    List<Instant> times = new ArrayList<>();
    for (int i = 0; i < changes.rows().size(); i++) {
      Instant time = column < 0 ? changes.eventTimes().get(i) : time(changes.rows(), i);
      if (time == null) {
        return missing(changes.rows().get(i));
      }
      Decoded.Rejected impossible = JsonDecoder.impossible(time, recordTime, bounds, path);
      if (impossible != null) {
        return impossible;
      }
      times.add(bounds.settled(time, recordTime));
    }
    return new Decoded.Changes(changes.rows(), times);
  }

  /** Of a row that moved to another key, all that is said of the old one may be its key. */
  private Instant time(List<Change> rows, int at) {
    Change change = rows.get(at);
    Instant time = (Instant) change.values()[column];
    boolean moved =
        time == null
            && change.operation() == Operation.DELETE
            && at + 1 < rows.size()
            && rows.get(at + 1).operation() == Operation.UPDATE;
    return moved ? (Instant) rows.get(at + 1).values()[column] : time;
  }

  private Decoded.Rejected missing(Change change) {
    String expected =
        change.operation() == Operation.DELETE
            ? "the time of the deleted row; have the database log whole rows (PostgreSQL: REPLICA"
                + " IDENTITY FULL, MySQL: binlog_row_image=FULL)"
            : "the time of the row";
    return RowReader.rejected(Reason.MISSING_FIELD, path, "null or nothing", expected);
  }
}
