package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Cleans a micro-batch and drops what the table already holds. The table itself is the memory of
 * what was seen, so the two cannot disagree, whatever happened to either.
 */
final class TransformStep implements HopStep {
  private final JobSession session;
  private final TransformSpec spec;
  private final TransformSql sql;
  private final KnownTable input;
  private final KnownTable output;
  private final Lookups lookups;

  TransformStep(
      JobSession session,
      TransformSpec spec,
      KnownTable input,
      KnownTable output,
      Lookups lookups) {
    this.session = session;
    this.spec = spec;
    this.input = input;
    this.output = output;
    this.lookups = lookups;
    this.sql = new TransformSql(spec);
  }

  @Override
  public Result rows(Marker last, InputRange range) {
    DimensionVersions dimensions = lookups.fix();
    MicroBatchRows batch = MicroBatchRows.of(input.read(range), Optional.empty());
    Dataset<Row> rows = session.transformed(sql, batch.rows());
    if (sql.dedupes()) {
      Dataset<Row> kept = keptSoFar().where(batch.ofTheseDays());
      rows = session.unseen(sql, rows, kept);
    }
    return new Result(rows, batch.read(), 0, batch.pending(), batch.days().size(), dimensions);
  }

  @Override
  public boolean othersChanged() {
    return lookups.changed();
  }

  private Dataset<Row> keptSoFar() {
    Snapshot head = session.lake().load(spec.output()).currentSnapshot();
    Dataset<Row> table = holdsRows(head) ? output.readAsOf(head.snapshotId()) : output.empty();
    return table.select(sql.key().stream().map(key -> col("`" + key + "`")).toArray(Column[]::new));
  }

  /** A frame that Spark knows to be empty costs nothing to look a key up in. */
  private static boolean holdsRows(Snapshot head) {
    return head != null
        && !"0".equals(head.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "?"));
  }
}
