package io.tidemark.reconciliation;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.run.BatchRecord;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.reconciliation.plan.LateRows;
import io.tidemark.reconciliation.plan.Pin;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;

/**
 * Counts the rows that the batch saw and the stream left out by declaration, in the very input the
 * batch read.
 */
final class LateCount {
  private final Lakehouse lake;
  private final Sides sides;

  LateCount(Lakehouse lake) {
    this.lake = lake;
    this.sides = new Sides(lake);
  }

  /** The late rows of a pinned day, or nothing where none can be late. */
  Optional<LateRows> of(JobSpec job, Pin pin) {
    if (!(job instanceof AggregateSpec aggregate)) {
      return Optional.empty();
    }
    Optional<String> condition = new AggregateSql(aggregate).lateCondition();
    Optional<Long> input = batchInput(aggregate, pin);
    if (condition.isEmpty() || input.isEmpty()) {
      return Optional.empty();
    }
    Row counts =
        sides
            .rows(aggregate.input(), pin.day(), input)
            .agg(count(when(coalesce(expr(condition.get()), lit(false)), 1)), count(lit(1)))
            .head();
    return Optional.of(
        new LateRows(
            counts.getLong(0), counts.getLong(1), aggregate.lateness().limit().orElseThrow()));
  }

  /** ODS as of the cut; of any other input the offline day that the compared batch has read. */
  private Optional<Long> batchInput(AggregateSpec job, Pin pin) {
    Long root = pin.cut().get(job.input().toString());
    if (root != null) {
      return Optional.of(root);
    }
    Table table = lake.load(job.output());
    return BatchRecord.asOf(table, pin.day(), pin.offline())
        .flatMap(
            batch ->
                batch
                    .getValue()
                    .madeFrom(
                        job.input(),
                        lake.load(job.input()),
                        pin.day(),
                        table.snapshot(batch.getKey()).timestampMillis()))
        .map(Map.Entry::getKey);
  }
}
