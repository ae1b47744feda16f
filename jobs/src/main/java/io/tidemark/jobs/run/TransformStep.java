package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.TransformSpec;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Cleans a micro-batch and drops what the table already holds. The table itself is the memory of
 * what was seen, so the two cannot disagree, whatever happened to either.
 *
 * <p>Inputs are read independently of one another. So of rows of several inputs that share a key
 * the first received may be read last: then it is written, with a row that takes back the one
 * before.
 */
final class TransformStep implements HopStep {
  private final JobSession session;
  private final TransformSpec spec;
  private final TransformSql sql;
  private final Map<TableName, KnownTable> inputs;
  private final KnownTable output;
  private final Lookups lookups;

  /** What the table has of the keys of a micro-batch, kept until the next. */
  private Dataset<Row> looked;

  TransformStep(
      JobSession session,
      TransformSpec spec,
      Map<TableName, KnownTable> inputs,
      KnownTable output,
      Lookups lookups) {
    this.session = session;
    this.spec = spec;
    this.inputs = Map.copyOf(inputs);
    this.output = output;
    this.lookups = lookups;
    this.sql = new TransformSql(spec);
  }

  @Override
  public Result rows(Map<TableName, InputRange> ranges, InputPositions before) {
    DimensionVersions dimensions = lookups.fix();
    Map<TableName, Dataset<Row>> counting = new HashMap<>();
    Set<LocalDate> days = new TreeSet<>();
    long read = 0;
    long pending = 0;
    for (Map.Entry<TableName, InputRange> range : ranges.entrySet()) {
      MicroBatchRows batch =
          MicroBatchRows.of(inputs.get(range.getKey()).read(range.getValue()), Optional.empty());
      counting.put(range.getKey(), batch.rows());
      days.addAll(batch.days());
      read += batch.read();
      pending += batch.pending();
    }
    Dataset<Row> rows = session.transformed(sql, counting);
    long takenBack = 0;
    if (sql.takesBack()) {
      JobSession.Correction correction = corrected(rows, days);
      takenBack = correction.takenBack().count();
      rows = correction.rows();
    } else if (sql.dedupes()) {
      rows = session.unseen(sql, rows, keys(written()).where(MicroBatchRows.onDays(days)));
    }
    return new Result(rows, read, 0, pending, takenBack, days.size(), dimensions);
  }

  private JobSession.Correction corrected(Dataset<Row> rows, Set<LocalDate> days) {
    if (looked != null) {
      looked.unpersist();
    }
    Dataset<Row> written = written().where(MicroBatchRows.onDays(days));
    // Few rows, those that are there twice, and asked three times. A row that takes back another
    // has its key, so that what is left of the keys is seen without the rest of the day.
    looked = session.shown(sql, session.looked(sql, rows, written)).persist();
    return session.corrected(sql, rows, looked);
  }

  @Override
  public boolean othersChanged() {
    return lookups.changed();
  }

  private Dataset<Row> written() {
    Snapshot head = session.lake().load(spec.output()).currentSnapshot();
    return holdsRows(head) ? output.readAsOf(head.snapshotId()) : output.empty();
  }

  private Dataset<Row> keys(Dataset<Row> table) {
    return table.select(sql.key().stream().map(key -> col("`" + key + "`")).toArray(Column[]::new));
  }

  /** A frame that Spark knows to be empty costs nothing to look a key up in. */
  private static boolean holdsRows(Snapshot head) {
    return head != null
        && !"0".equals(head.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "?"));
  }
}
