package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.Lakehouse;
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

  TransformStep(JobSession session, TransformSpec spec) {
    this.session = session;
    this.spec = spec;
    this.sql = new TransformSql(spec);
  }

  @Override
  public Result rows(Marker last, InputRange range) {
    Lakehouse lake = session.lake();
    Dataset<Row> input = lake.read(spec.input(), range);
    MicroBatchRows batch = MicroBatchRows.of(input, Optional.empty());
    Dataset<Row> rows = session.transformed(sql, batch.rows());
    if (sql.dedupes()) {
      Dataset<Row> kept = keptSoFar(lake).where(batch.ofTheseDays());
      rows = session.unseen(sql, rows, kept);
    }
    return new Result(rows, batch.read(), 0, batch.pending(), batch.days().size());
  }

  private Dataset<Row> keptSoFar(Lakehouse lake) {
    Snapshot head = lake.load(spec.output()).currentSnapshot();
    Dataset<Row> table =
        holdsRows(head)
            ? lake.readAsOf(spec.output(), head.snapshotId())
            : lake.empty(spec.output());
    return table.select(sql.key().stream().map(key -> col("`" + key + "`")).toArray(Column[]::new));
  }

  /** A frame that Spark knows to be empty costs nothing to look a key up in. */
  private static boolean holdsRows(Snapshot head) {
    return head != null
        && !"0".equals(head.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "?"));
  }
}
