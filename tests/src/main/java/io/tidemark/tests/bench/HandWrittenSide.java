package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The same aggregate as one query by hand, straight from Kafka: a watermark of the declared
 * lateness, duplicates dropped within it, Spark's window aggregation. It keeps no ODS and no DWD
 * and no unreadable message, and its readers are estimates: Spark has no exact distinct here.
 */
record HandWrittenSide(LocalLakehouse house, String topic) implements Side {
  static final TableName OUTPUT = new TableName("dws", "by_hand_1min");

  private static final String COLUMNS =
      "dt DATE, window_start TIMESTAMP, channel STRING, content_id STRING, pv BIGINT,"
          + " clicks BIGINT, read_seconds BIGINT, readers BIGINT";

  private static final String CLEAN =
      """
      SELECT event_time, user_id, content_id, lower(trim(channel)) AS channel,
        CASE WHEN read_seconds >= 0 THEN read_seconds END AS read_seconds,
        CASE WHEN event_type = 'click' THEN 1 ELSE 0 END AS click
      FROM messages""";

  private static final String AGGREGATE =
      """
      SELECT to_date(minute.start) AS dt, minute.start AS window_start, channel, content_id,
        pv, clicks, read_seconds, readers
      FROM (
        SELECT window(event_time, '1 minute') AS minute, channel, content_id, count(*) AS pv,
          sum(click) AS clicks, sum(read_seconds) AS read_seconds,
          approx_count_distinct(user_id) AS readers
        FROM clean
        GROUP BY window(event_time, '1 minute'), channel, content_id)""";

  @Override
  public String name() {
    return "by hand";
  }

  @Override
  public void prepare() {
    query().createTable(StructType.fromDDL(COLUMNS));
  }

  @Override
  public List<Stage> stages() {
    return List.of(new Stage("dws", this::run));
  }

  private void run() {
    SparkSession spark = house.lake().newSession().spark();
    Dataset<Row> messages =
        query()
            .messages(spark)
            .withWatermark("event_time", "2 hours")
            .dropDuplicatesWithinWatermark(new String[] {"event_id"});
    messages.createOrReplaceTempView("messages");
    spark.sql(CLEAN).createOrReplaceTempView("clean");
    query().drain(spark.sql(AGGREGATE));
  }

  private PlainQuery query() {
    return new PlainQuery(house, topic, OUTPUT);
  }
}
