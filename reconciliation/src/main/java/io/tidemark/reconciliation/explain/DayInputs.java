package io.tidemark.reconciliation.explain;

import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.run.InputTables;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.plan.Pin;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the rows of a day were made from, on both sides. */
final class DayInputs {
  private static final Column[] LETTER = {
    col(SystemColumns.TOPIC), col(SystemColumns.PARTITION), col(SystemColumns.OFFSET), col("reason")
  };

  private static final Column[] MESSAGE = {
    col(SystemColumns.TOPIC),
    col(SystemColumns.PARTITION),
    col(SystemColumns.OFFSET),
    col(SystemColumns.PENDING),
    col(SystemColumns.INGEST_BATCH),
    col(SystemColumns.EVENT_TIME),
    col(SystemColumns.KAFKA_TIME)
  };

  private final Lakehouse lake;

  DayInputs(Lakehouse lake) {
    this.lake = lake;
  }

  /** Where the messages of all roots stand, as of the cut of the day. */
  Dataset<Row> messages(List<IngestSpec> roots, Pin pin) {
    return roots.stream()
        .map(root -> ods(root, pin).select(MESSAGE))
        .reduce(Dataset::unionByName)
        .orElseThrow();
  }

  /** All dead letters of all roots. */
  Dataset<Row> letters(List<IngestSpec> roots) {
    return roots.stream()
        .map(root -> letters(root).select(LETTER))
        .reduce(Dataset::unionByName)
        .orElseThrow();
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
   * How far a job's stream had read an input when it wrote a snapshot; nothing at its beginning.
   *
   * @param table the job's table
   */
  Optional<Long> read(Table table, JobSpec job, JobSpec input, Optional<Long> main) {
    return main.flatMap(snapshot -> TableState.asOf(table, snapshot).marker(job.name()))
        .map(marker -> InputTables.positions(job, marker, lake::load))
        .map(read -> read.of(input.output().toString()));
  }
}
