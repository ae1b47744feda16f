package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** The dead letters of a job, counted by their reason. */
public final class DeadLetterCounts {
  /**
   * Letters of one reason.
   *
   * @param letters all of them
   * @param repaired those that were repaired since
   * @param first day on which the first was received
   * @param last day on which the last was received
   * @param example detail and place of the newest one, of those not repaired if there is any
   */
  public record Reason(
      String reason,
      long letters,
      long repaired,
      LocalDate first,
      LocalDate last,
      String example) {}

  private final Lakehouse lake;

  public DeadLetterCounts(Lakehouse lake) {
    this.lake = lake;
  }

  /** The letters of a job that were chosen, most first; none when it has never run. */
  public List<Reason> of(IngestSpec job, DeadLetterRepair.Choice choice) {
    if (!lake.exists(job.deadLetters())) {
      return List.of();
    }
    Dataset<Row> letters = lake.spark().table(lake.identifier(job.deadLetters()));
    Column repairedAt =
        Arrays.asList(letters.columns()).contains(JobTables.REPAIRED_AT)
            ? col(JobTables.REPAIRED_AT)
            : lit(null).cast(DataTypes.TimestampType);
    Column example =
        concat(
            concat_ws(
                ":",
                col(SystemColumns.TOPIC),
                col(SystemColumns.PARTITION),
                col(SystemColumns.OFFSET)),
            lit("  "),
            col("detail"));
    return letters
        .where(choice.condition())
        .groupBy("reason")
        .agg(
            count(lit(1)).as("letters"),
            count(repairedAt),
            min(SystemColumns.DT),
            max(SystemColumns.DT),
            max_by(
                example,
                struct(
                    repairedAt.isNull(),
                    col(SystemColumns.KAFKA_TIME),
                    col(SystemColumns.PARTITION),
                    col(SystemColumns.OFFSET))))
        .orderBy(col("letters").desc(), col("reason"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new Reason(
                    row.getString(0),
                    row.getLong(1),
                    row.getLong(2),
                    row.getAs(3),
                    row.getAs(4),
                    row.getString(5)))
        .toList();
  }
}
