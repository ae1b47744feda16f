package io.tidemark.compaction.retain;

import static org.apache.spark.sql.functions.col;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The newest comparison of a day of a job, as {@code reconcile} has written it down. It pins
 * snapshots of both branches until the day is published, or compared again.
 *
 * @param day the business day
 * @param job the job
 * @param run its id, by which a publication names it
 * @param main the snapshot of {@code main} that was compared; {@code null} when it had none
 * @param offline the snapshot of {@code offline} that was compared
 * @param at when it began
 */
public record Comparison(
    LocalDate day, String job, String run, Long main, long offline, Instant at) {
  static final TableName TABLE = TableName.parse("ops.reconciliation_run");

  /** All of a lakehouse; none where nothing was ever compared. */
  public static List<Comparison> all(Lakehouse lake) {
    if (!lake.exists(TABLE)) {
      return List.of();
    }
    return lake
        .spark()
        .table(lake.identifier(TABLE))
        .select(
            col("dt"),
            col("job"),
            col("run_id"),
            col("main_snapshot"),
            col("offline_snapshot"),
            col("started_at"))
        .collectAsList()
        .stream()
        .map(Comparison::of)
        .toList();
  }

  private static Comparison of(Row row) {
    return new Comparison(
        row.getAs(0),
        row.getString(1),
        row.getString(2),
        row.isNullAt(3) ? null : row.getLong(3),
        row.getLong(4),
        row.getAs(5));
  }
}
