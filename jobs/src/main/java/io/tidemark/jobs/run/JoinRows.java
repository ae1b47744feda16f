package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;

import io.tidemark.jobs.plan.JoinSql;
import io.tidemark.jobs.plan.TimeSpans;
import io.tidemark.jobs.plan.TimeSpans.Span;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which rows of its inputs a join reads, in stream and batch. */
final class JoinRows {
  private JoinRows() {}

  /** Where rows of a micro-batch lie in time: a span for each of their days. */
  static List<Span> spans(Dataset<Row> rows) {
    List<Span> spans = new ArrayList<>();
    Column time = col(SystemColumns.EVENT_TIME);
    for (Row day :
        rows.where(time.isNotNull())
            .groupBy(SystemColumns.DT)
            .agg(min(time), max(time))
            .collectAsList()) {
      spans.add(new Span(day.getAs(1), day.getAs(2)));
    }
    return spans;
  }

  /** The span of whole business days. */
  static Span span(LocalDate from, LocalDate to, ZoneId zone) {
    return new Span(
        from.atStartOfDay(zone).toInstant(), to.plusDays(1).atStartOfDay(zone).toInstant());
  }

  /** What a micro-batch or a batch of the job can bear on lies here. */
  static TimeSpans near(JoinSpec job, List<Span> spans) {
    Duration reach = job.reach();
    return TimeSpans.around(spans, reach);
  }

  /** A condition that only rows of these times meet; by its days partitions are left out. */
  static Column in(TimeSpans near, ZoneId zone) {
    Column time = col(SystemColumns.EVENT_TIME);
    return near.spans().stream()
        .map(span -> time.between(span.from(), span.to()))
        .reduce(Column::or)
        .map(MicroBatchRows.onDays(near.days(zone))::and)
        .orElse(lit(false));
  }

  /** Rows but those that no stream counts. */
  static Dataset<Row> notPending(Dataset<Row> ods) {
    return ods.where(not(coalesce(col(SystemColumns.PENDING), lit(false))));
  }

  /** Rows as {@link JoinSql#input} has them. */
  static Dataset<Row> marked(Dataset<Row> ods, boolean isNew) {
    return ods.withColumn(JoinSql.NEW, lit(isNew));
  }
}
