package io.tidemark.reconciliation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.JobResult;
import io.tidemark.reconciliation.plan.KeyDifference;
import io.tidemark.reconciliation.plan.LateRows;
import io.tidemark.reconciliation.plan.MetricResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A result as rows. Totals and values stay text: metrics of every type share the columns. */
final class ResultRows {
  static final String JOB = "job";

  static final StructType METRIC_SCHEMA =
      new StructType()
          .add("dt", DataTypes.DateType)
          .add(JOB, DataTypes.StringType)
          .add("metric", DataTypes.StringType)
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
          .add("run_id", DataTypes.StringType);

  static final StructType KEY_SCHEMA =
      new StructType()
          .add("dt", DataTypes.DateType)
          .add(JOB, DataTypes.StringType)
          .add("metric", DataTypes.StringType)
          .add("rank", DataTypes.IntegerType)
          .add("key", DataTypes.StringType)
          .add("stream_value", DataTypes.StringType)
          .add("batch_value", DataTypes.StringType)
          .add("run_id", DataTypes.StringType);

  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultRows() {}

  static List<Row> metrics(DayResult day) {
    List<Row> rows = new ArrayList<>();
    for (JobResult job : day.jobs()) {
      for (MetricResult metric : job.metrics()) {
        rows.add(
            RowFactory.create(
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
                job.pin().runId()));
      }
    }
    return rows;
  }

  static List<Row> keys(DayResult day) {
    List<Row> rows = new ArrayList<>();
    for (JobResult job : day.jobs()) {
      for (MetricResult metric : job.metrics()) {
        int rank = 0;
        for (KeyDifference worst : metric.worst()) {
          rows.add(
              RowFactory.create(
                  day.day(),
                  job.pin().job(),
                  metric.metric(),
                  ++rank,
                  json(worst.key()),
                  worst.stream(),
                  worst.batch(),
                  job.pin().runId()));
        }
      }
    }
    return rows;
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
