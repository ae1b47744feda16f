package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.alert.AlertValues;
import io.tidemark.jobs.alert.AlertWindow;
import io.tidemark.jobs.plan.AlertSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.AlertSpec;
import io.tidemark.jobs.spec.AlertedMetric;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** Asks tables for the values that alerts look at, in a session of its own. */
public final class AlertQuery {
  private final JobSession session;
  private final JobTables tables;

  public AlertQuery(Lakehouse lake, JobTables tables) {
    this.session = new JobSession(lake);
    this.tables = tables;
  }

  /**
   * The metrics of alerts that are no numbers.
   *
   * @param job the job of the alert
   */
  public static Optional<Problem> problem(AlertSpec alert, AggregateSpec job, JobTables tables) {
    StructType seen = tables.shown(job);
    return alert
        .condition()
        .metric()
        .flatMap(
            column -> {
              // Parts are numbers where what is made of them is none of ours to check.
              List<MetricSpec> parts = new AlertedMetric(job, column).parts();
              return parts.stream()
                  .filter(
                      part -> part.function() == Function.MIN || part.function() == Function.MAX)
                  .filter(part -> !(type(seen, part) instanceof NumericType))
                  .findFirst()
                  .map(
                      part ->
                          new Problem(
                              "alert " + alert.fullName(),
                              "metric",
                              column,
                              "is of type %s, and alerts look at numbers; take another metric"
                                  .formatted(type(seen, part).sql())));
            });
  }

  private static DataType type(StructType seen, MetricSpec part) {
    return seen.apply(part.name()).dataType();
  }

  /** The values in some windows, as the table's newest snapshot has them. */
  public AlertValues values(AlertSpec alert, AlertedMetric metric, List<AlertWindow> windows) {
    AlertValues values = new AlertValues();
    AggregateSpec job = metric.job();
    Snapshot head = session.lake().load(job.output()).currentSnapshot();
    if (head == null) {
      return values;
    }
    String seen = "(" + tables.readSql(job, "stored") + ")";
    List<Row> rows =
        session
            .over(
                Map.of("stored", session.lake().readAsOf(job.output(), head.snapshotId())),
                new AlertSql(metric, alert.only()).values(seen, windows))
            .collectAsList();
    List<String> dimensions = new ArrayList<>(alert.only().keySet());
    for (Row row : rows) {
      Map<String, String> key = new LinkedHashMap<>();
      dimensions.forEach(dimension -> key.put(dimension, row.getAs(dimension)));
      values.put(key, row.getAs(AlertSql.WINDOW), row.getAs(AlertSql.VALUE));
    }
    return values;
  }
}
