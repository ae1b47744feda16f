package io.tidemark.reconciliation.history;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.reconciliation.report.SourceFacts;
import io.tidemark.reconciliation.report.SourceFacts.DeadLetters;
import io.tidemark.reconciliation.report.SourceFacts.Histogram;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/** What ingest jobs received of a day: one scan of five columns for both histograms. */
final class Sources {
  private static final int MOST_REASONS = 20;
  private static final String LATE = "late_micros";
  private static final String BACK = "back_micros";
  private static final String LATE_CLASS = "late_class";
  private static final String BACK_CLASS = "back_class";

  private final Lakehouse lake;

  Sources(Lakehouse lake) {
    this.lake = lake;
  }

  SourceFacts of(IngestSpec job, LocalDate day) {
    List<Row> classes = rows(job.output(), day).map(Sources::classes).orElse(List.of());
    long[] late = new long[Histogram.LIMITS.size() + 2];
    long[] back = new long[Histogram.LIMITS.size() + 2];
    long pending = 0;
    long longestLate = 0;
    long longestBack = 0;
    for (Row row : classes) {
      long rows = row.getLong(2);
      late[row.getInt(0) + 1] += rows;
      back[row.getInt(1) + 1] += rows;
      pending += row.getLong(3);
      longestLate = Math.max(longestLate, row.getLong(4));
      longestBack = Math.max(longestBack, row.getLong(5));
    }
    return new SourceFacts(
        job.name(),
        job.output().toString(),
        java.util.Arrays.stream(late).sum(),
        pending,
        histogram(late, longestLate),
        histogram(back, longestBack),
        deadLetters(job.deadLetters(), day));
  }

  private static Histogram histogram(long[] classes, long longestMicros) {
    List<Long> counts = new ArrayList<>();
    for (int i = 1; i < classes.length; i++) {
      counts.add(classes[i]);
    }
    return new Histogram(classes[0], counts, Duration.ofNanos(longestMicros * 1000));
  }

  private Optional<Dataset<Row>> rows(TableName table, LocalDate day) {
    if (!lake.exists(table)) {
      return Optional.empty();
    }
    Snapshot head = lake.load(table).currentSnapshot();
    return Optional.ofNullable(head)
        .map(
            snapshot ->
                lake.readAsOf(table, snapshot.snapshotId())
                    .where(col(SystemColumns.DT).equalTo(lit(day))));
  }

  /** Rows by both classes, at most 81 of them. */
  private static List<Row> classes(Dataset<Row> rows) {
    WindowSpec before =
        Window.partitionBy(col(SystemColumns.TOPIC), col(SystemColumns.PARTITION))
            .orderBy(col(SystemColumns.OFFSET))
            .rowsBetween(Window.unboundedPreceding(), -1);
    Column event = unix_micros(col(SystemColumns.EVENT_TIME));
    return rows.withColumn("event_micros", event)
        .withColumn(LATE, unix_micros(col(SystemColumns.KAFKA_TIME)).minus(col("event_micros")))
        .withColumn(
            BACK,
            coalesce(max("event_micros").over(before), col("event_micros"))
                .minus(col("event_micros")))
        .groupBy(classOf(LATE).as(LATE_CLASS), classOf(BACK).as(BACK_CLASS))
        .agg(
            count(lit(1)),
            sum(when(col(SystemColumns.PENDING), 1L).otherwise(0L)),
            max(LATE),
            max(BACK))
        .collectAsList();
  }

  /** As {@link Histogram#classOf}, for Spark. */
  private static Column classOf(String micros) {
    Column result = when(col(micros).leq(0), -1);
    for (int i = 0; i < Histogram.LIMITS.size(); i++) {
      result = result.when(col(micros).leq(Histogram.LIMITS.get(i).toNanos() / 1000), i);
    }
    return result.otherwise(Histogram.LIMITS.size());
  }

  private List<DeadLetters> deadLetters(TableName table, LocalDate day) {
    List<DeadLetters> letters =
        new ArrayList<>(
            rows(table, day)
                .map(
                    rows ->
                        rows.groupBy("reason")
                            .agg(count(lit(1)).as("letters"), min("detail"))
                            .orderBy(col("letters").desc(), col("reason"))
                            .limit(MOST_REASONS)
                            .collectAsList())
                .orElse(Collections.emptyList())
                .stream()
                .map(row -> new DeadLetters(row.getString(0), row.getLong(1), row.getString(2)))
                .toList());
    return letters;
  }
}
