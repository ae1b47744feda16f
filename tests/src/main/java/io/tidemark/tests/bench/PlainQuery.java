package io.tidemark.tests.bench;

import io.tidemark.catalog.StreamSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * What a query written without Tidemark begins and ends with: Spark's Kafka source, {@code
 * from_json}, Iceberg's sink. Steps are as large as Tidemark's, tables have the same properties.
 *
 * @param house where the tables are
 * @param topic what is read
 * @param output the table that is written
 */
record PlainQuery(LocalLakehouse house, String topic, TableName output) {
  private static final String PAYLOAD =
      "event_id STRING, user_id STRING, content_id STRING, channel STRING, event_type STRING,"
          + " read_seconds BIGINT, ad_revenue DECIMAL(12,6), event_time BIGINT";

  void createTable(StructType columns) {
    house.lake().ensure(output, columns, Map.of());
  }

  /** The messages with their fields as columns and the business day. */
  Dataset<Row> messages(SparkSession spark) {
    StreamSettings steps = house.lake().environment().stream();
    return parsed(
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", servers())
            .option("subscribe", topic)
            .option("startingOffsets", "earliest")
            .option("maxOffsetsPerTrigger", steps.maxMessagesPerMicroBatch())
            .load());
  }

  /** The same as rows of a batch: all there are now. */
  Dataset<Row> allMessages(SparkSession spark) {
    return parsed(
        spark
            .read()
            .format("kafka")
            .option("kafka.bootstrap.servers", servers())
            .option("subscribe", topic)
            .load());
  }

  private String servers() {
    return house.lake().environment().kafka().bootstrapServers();
  }

  private static Dataset<Row> parsed(Dataset<Row> records) {
    return records
        .select(
            functions
                .from_json(functions.col("value").cast("string"), StructType.fromDDL(PAYLOAD))
                .as("message"),
            functions.col("topic"),
            functions.col("partition"),
            functions.col("offset"),
            functions.col("timestamp").as("kafka_time"))
        .selectExpr("message.*", "topic", "partition", "offset", "kafka_time")
        .withColumn("event_time", functions.expr("timestamp_millis(event_time)"))
        .withColumn("dt", functions.expr("to_date(event_time)"));
  }

  /** Reads everything there is, writes what comes of it, and ends. */
  void drain(Dataset<Row> rows) {
    try {
      rows.writeStream()
          .format("iceberg")
          .outputMode("append")
          .option(
              "checkpointLocation",
              house.lake().environment().checkpoints().resolve(output.name()).toString())
          // As Tidemark writes: without these, a day's rows are gathered in one task and sorted.
          .option("distribution-mode", "none")
          .option("fanout-enabled", "true")
          .trigger(Trigger.AvailableNow())
          .toTable(house.lake().identifier(output))
          .awaitTermination();
    } catch (StreamingQueryException | TimeoutException e) {
      throw new IllegalStateException("the query that writes " + output + " failed", e);
    }
  }
}
