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
import io.tidemark.jobs.spec.TransformSpec;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.expressions.Expressions;
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

  /** The reason of a row that is held back for good. */
  public static final String UNKNOWN_KEY = "UNKNOWN_KEY";

  /** Of one that waits: it is no dead letter yet. */
  public static final String PARKED = "PARKED";

  private final Lakehouse lake;

  public DeadLetterCounts(Lakehouse lake) {
    this.lake = lake;
  }

  /**
   * The rows that a transform holds back on {@code main}, counted likewise; none when it has never
   * run.
   *
   * @param day only those that were received on it
   * @param now decides which of them still wait
   */
  public List<Reason> of(TransformSpec job, Optional<LocalDate> day, Instant now) {
    if (!lake.exists(job.output())) {
      return List.of();
    }
    Map<String, List<HeldRow>> held =
        HeldRow.of(job, lake.load(job.output()), Expressions.alwaysTrue()).stream()
            .filter(row -> day.isEmpty() || day.get().equals(received(row)))
            .collect(
                Collectors.groupingBy(
                    row -> row.waits(job, now) ? PARKED : UNKNOWN_KEY,
                    TreeMap::new,
                    Collectors.toList()));
    return held.entrySet().stream()
        .map(rows -> reason(rows.getKey(), rows.getValue()))
        .sorted(Comparator.comparingLong(Reason::letters).reversed())
        .toList();
  }

  private Reason reason(String reason, List<HeldRow> rows) {
    HeldRow newest =
        Collections.max(
            rows,
            Comparator.comparing(HeldRow::receivedAt)
                .thenComparing(HeldRow::partition)
                .thenComparing(HeldRow::offset));
    List<LocalDate> days = rows.stream().map(this::received).sorted().toList();
    return new Reason(
        reason,
        rows.size(),
        0,
        days.get(0),
        days.get(days.size() - 1),
        "%s:%d:%d  %s"
            .formatted(newest.topic(), newest.partition(), newest.offset(), newest.unknownKeys()));
  }

  private LocalDate received(HeldRow row) {
    return LocalDate.ofInstant(row.receivedAt(), lake.environment().timeZone());
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
