package io.tidemark.reconciliation.explain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.plan.Pin;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the rows of a day were made from, on both sides. */
final class DayInputs {
  private final Lakehouse lake;

  DayInputs(Lakehouse lake) {
    this.lake = lake;
  }

  /** ODS as of the cut of the day. */
  Dataset<Row> ods(IngestSpec root, Pin pin) {
    return new DayRows(lake, root.output(), pin.day()).asOf(cut(root, pin));
  }

  /** The snapshot of ODS that is the cut of the day. */
  static Optional<Long> cut(IngestSpec root, Pin pin) {
    return Optional.ofNullable(pin.cut().get(root.output().toString()));
  }

  /** All dead letters there ever were, repaired ones among them. */
  Dataset<Row> letters(IngestSpec root) {
    return Optional.ofNullable(lake.load(root.deadLetters()).currentSnapshot())
        .map(head -> lake.readAsOf(root.deadLetters(), head.snapshotId()))
        .orElseGet(() -> lake.empty(root.deadLetters()));
  }

  /**
   * The batch that is compared, with its snapshot's id. Another one may have come since, of which
   * the comparison knows nothing.
   *
   * @param table the job's table
   */
  static Map.Entry<Long, BatchRecord> batch(Table table, Pin pin) {
    return BatchRecord.asOf(table, pin.day(), pin.offline()).orElseThrow();
  }

  /**
   * The batch of an input's day that a job's batch was made from. It is there: only a batch whose
   * inputs are still those of the day is compared.
   *
   * @param table the job's table
   */
  Map.Entry<Long, BatchRecord> madeFrom(
      TransformSpec input, Pin pin, Table table, Map.Entry<Long, BatchRecord> batch) {
    return madeFrom(input, pin, batch.getValue(), table.snapshot(batch.getKey()).timestampMillis())
        .orElseThrow();
  }

  /** The same of a batch that was published; nothing once that is forgotten. */
  Optional<Map.Entry<Long, BatchRecord>> publishedInput(
      TransformSpec input, Pin pin, Published published) {
    return published.batch().flatMap(batch -> madeFrom(input, pin, batch, published.at()));
  }

  private Optional<Map.Entry<Long, BatchRecord>> madeFrom(
      TransformSpec input, Pin pin, BatchRecord batch, long at) {
    return batch.madeFrom(input.output(), lake.load(input.output()), pin.day(), at);
  }

  /**
   * How far a job's stream had read its input when it wrote a snapshot; nothing at its beginning.
   */
  static Optional<Long> read(Table table, JobSpec job, Optional<Long> main) {
    return main.flatMap(snapshot -> TableState.asOf(table, snapshot).marker(job.name()))
        .map(Marker::position)
        .filter(position -> !position.isEmpty())
        .map(Long::valueOf);
  }
}
