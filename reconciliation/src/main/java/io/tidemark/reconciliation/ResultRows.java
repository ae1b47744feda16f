package io.tidemark.reconciliation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.reconciliation.plan.CausePart;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.DimensionDifference;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.LateRows;
import io.tidemark.reconciliation.plan.MetricResult;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A result as rows. Totals and values stay text: metrics of every type share the columns. */
final class ResultRows {
  static final String JOB = "job";

  static final StructType RUN_SCHEMA =
      ofJob()
          .add("run_id", DataTypes.StringType)
          .add("within", DataTypes.BooleanType)
          .add("equal", DataTypes.BooleanType)
          .add("compared_keys", DataTypes.LongType)
          .add("differing_keys", DataTypes.LongType)
          .add("unexplained_keys", DataTypes.LongType)
          .add("main_snapshot", DataTypes.LongType)
          .add("offline_snapshot", DataTypes.LongType)
          .add("cut", DataTypes.StringType)
          .add("definition", DataTypes.StringType)
          .add("sealed_at", DataTypes.TimestampType)
          .add("batched_at", DataTypes.TimestampType)
          .add("started_at", DataTypes.TimestampType)
          .add("seconds", DataTypes.DoubleType)
          .add("late_rows", DataTypes.LongType)
          .add("input_rows", DataTypes.LongType)
          .add("owner", DataTypes.StringType)
          .add("tolerances", DataTypes.StringType);

  static final StructType METRIC_SCHEMA =
      ofMetric()
          .add("within", DataTypes.BooleanType)
          .add("stream_total", DataTypes.StringType)
          .add("batch_total", DataTypes.StringType)
          .add("difference", DataTypes.DoubleType)
          .add("tolerance", DataTypes.DoubleType)
          .add("differing_keys", DataTypes.LongType)
          .add("compared_keys", DataTypes.LongType)
          .add("late_rows", DataTypes.LongType)
          .add("main_snapshot", DataTypes.LongType)
          .add("offline_snapshot", DataTypes.LongType)
          .add("cut", DataTypes.StringType)
          .add("definition", DataTypes.StringType)
          .add("run_id", DataTypes.StringType)
          .add("net_difference", DataTypes.StringType);

  static final StructType CAUSE_SCHEMA =
      ofMetric()
          .add("cause", DataTypes.StringType)
          .add("keys", DataTypes.LongType)
          .add("part", DataTypes.StringType)
          .add("run_id", DataTypes.StringType);

  static final StructType DIMENSION_SCHEMA =
      ofMetric()
          .add("dimension", DataTypes.StringType)
          .add("value", DataTypes.StringType)
          .add("stream_total", DataTypes.StringType)
          .add("batch_total", DataTypes.StringType)
          .add("distance", DataTypes.DoubleType)
          .add("differing_keys", DataTypes.LongType)
          .add("rank", DataTypes.IntegerType)
          .add("run_id", DataTypes.StringType);

  static final StructType KEY_SCHEMA =
      ofMetric()
          .add("rank", DataTypes.IntegerType)
          .add("key", DataTypes.StringType)
          .add("stream_value", DataTypes.StringType)
          .add("batch_value", DataTypes.StringType)
          .add("run_id", DataTypes.StringType)
          .add("causes", DataTypes.StringType)
          .add("evidence", DataTypes.StringType);

  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultRows() {}

  static List<Row> runs(DayResult day) {
    return of(day, job -> Stream.of(run(day, job)));
  }

  static List<Row> metrics(DayResult day) {
    return of(day, job -> job.metrics().stream().map(metric -> metric(day, job, metric)));
  }

  static List<Row> causes(DayResult day) {
    return of(day, job -> job.explanation().parts().stream().map(part -> cause(day, job, part)));
  }

  static List<Row> dimensions(DayResult day) {
    return of(day, job -> dimensions(day, job).stream());
  }

  static List<Row> keys(DayResult day) {
    return of(
        day, job -> job.metrics().stream().flatMap(metric -> keys(day, job, metric).stream()));
  }

  private static List<Row> of(DayResult day, Function<JobResult, Stream<Row>> rows) {
    return day.jobs().stream().flatMap(rows).toList();
  }

  private static Row run(DayResult day, JobResult job) {
    return RowFactory.create(
        day.day(),
        job.pin().job(),
        job.pin().runId(),
        job.within(),
        job.equal(),
        job.keys(),
        job.differing(),
        job.unexplained(),
        job.pin().main(),
        job.pin().offline(),
        json(job.pin().cut()),
        job.pin().definition(),
        job.facts().sealedAt(),
        job.facts().batchedAt(),
        job.facts().startedAt(),
        job.facts().seconds(),
        job.late().map(LateRows::late).orElse(null),
        job.late().map(LateRows::rows).orElse(null),
        job.facts().owner(),
        job.facts().tolerances());
  }

  private static Row metric(DayResult day, JobResult job, MetricResult metric) {
    return RowFactory.create(
        day.day(),
        job.pin().job(),
        metric.metric(),
        metric.within(),
        metric.stream(),
        metric.batch(),
        metric.measure().share(),
        metric.tolerance(),
        metric.measure().differing(),
        job.keys(),
        job.late().map(LateRows::late).orElse(null),
        job.pin().main(),
        job.pin().offline(),
        json(job.pin().cut()),
        job.pin().definition(),
        job.pin().runId(),
        text(metric.net()));
  }

  private static Row cause(DayResult day, JobResult job, CausePart part) {
    return RowFactory.create(
        day.day(),
        job.pin().job(),
        part.metric(),
        part.cause().text(),
        part.keys(),
        text(part.part()),
        job.pin().runId());
  }

  private static List<Row> dimensions(DayResult day, JobResult job) {
    List<Row> rows = new ArrayList<>();
    DimensionDifference before = null;
    int rank = 0;
    for (DimensionDifference at : job.dimensions()) {
      boolean sameList =
          before != null
              && before.metric().equals(at.metric())
              && before.dimension().equals(at.dimension());
      rank = sameList ? rank + 1 : 1;
      before = at;
      rows.add(
          RowFactory.create(
              day.day(),
              job.pin().job(),
              at.metric(),
              at.dimension(),
              at.value(),
              text(at.stream()),
              text(at.batch()),
              at.distance().doubleValue(),
              at.keys(),
              rank,
              job.pin().runId()));
    }
    return rows;
  }

  private static List<Row> keys(DayResult day, JobResult job, MetricResult metric) {
    List<Row> rows = new ArrayList<>();
    for (KeyDifference worst : metric.worst()) {
      Map<String, String> causes = new LinkedHashMap<>();
      worst.causes().forEach((cause, part) -> causes.put(cause.text(), text(part)));
      rows.add(
          RowFactory.create(
              day.day(),
              job.pin().job(),
              metric.metric(),
              rows.size() + 1,
              json(worst.key()),
              worst.stream(),
              worst.batch(),
              job.pin().runId(),
              json(causes),
              worst.evidence()));
    }
    return rows;
  }

  private static StructType ofJob() {
    return new StructType().add("dt", DataTypes.DateType).add(JOB, DataTypes.StringType);
  }

  private static StructType ofMetric() {
    return ofJob().add("metric", DataTypes.StringType);
  }

  private static String text(BigDecimal number) {
    return number == null ? null : number.toPlainString();
  }

  /** JSON, because it tells NULL from 'NULL' and survives a comma in a value. */
  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(value + " cannot be written as JSON", e);
    }
  }
}
