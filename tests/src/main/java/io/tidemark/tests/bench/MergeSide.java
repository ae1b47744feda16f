package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * The same mirror as one query by hand, straight from Kafka: {@code foreachBatch} with a MERGE by
 * key, into a table with Iceberg's own properties. It keeps no ODS and no unreadable message, and a
 * replayed micro-batch is harmless to it. So that late changes do not bring deleted rows back,
 * deleted rows stay in the table.
 */
record MergeSide(LocalLakehouse house, String topic) implements Side {
  static final TableName OUTPUT = new TableName("dwd", "by_merge");

  private static final String ROW =
      "STRUCT<order_id: BIGINT, user_id: STRING, status: STRING, amount: DECIMAL(12,2),"
          + " paid: BOOLEAN, delivery_on: INT, ordered_at: BIGINT, note: STRING>";

  private static final String MESSAGE =
      "before STRUCT<order_id: BIGINT>, after %s, op STRING, source STRUCT<lsn: BIGINT>"
          .formatted(ROW);

  private static final String COLUMNS =
      "order_id BIGINT, user_id STRING, status STRING, amount DECIMAL(12,2), paid BOOLEAN,"
          + " delivery_on DATE, ordered_at TIMESTAMP, note STRING, deleted BOOLEAN, lsn BIGINT,"
          + " offset BIGINT";

  static final String CHANGES =
      """
      SELECT coalesce(m.after.order_id, m.before.order_id) AS order_id, m.after.user_id,
        m.after.status, m.after.amount, m.after.paid,
        date_from_unix_date(m.after.delivery_on) AS delivery_on,
        timestamp_micros(m.after.ordered_at) AS ordered_at, m.after.note, m.op = 'd' AS deleted,
        m.source.lsn AS lsn, offset
      FROM messages""";

  static final String LATEST =
      """
      SELECT * EXCEPT (n) FROM (
        SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY lsn DESC, offset DESC) AS n
        FROM (%s))
      WHERE n = 1"""
          .formatted(CHANGES);

  private static final String MERGE =
      """
      MERGE INTO %s t USING (%s) s ON t.order_id = s.order_id
      WHEN MATCHED AND (s.lsn > t.lsn OR s.lsn = t.lsn AND s.offset > t.offset) THEN UPDATE SET *
      WHEN NOT MATCHED THEN INSERT *""";

  @Override
  public String name() {
    return "merge";
  }

  @Override
  public void prepare() {
    String table = house.lake().identifier(OUTPUT);
    house.lake().spark().sql("CREATE NAMESPACE IF NOT EXISTS " + table.replace(".by_merge", ""));
    house
        .lake()
        .spark()
        .sql(
            "CREATE TABLE %s (%s) USING iceberg TBLPROPERTIES ('write.parquet.compression-codec'='zstd')"
                .formatted(table, COLUMNS));
  }

  @Override
  public List<Stage> stages() {
    return List.of(new Stage("merge", this::run), new Stage("read", () -> read(table())));
  }

  private Dataset<Row> table() {
    return house.lake().spark().table(house.lake().identifier(OUTPUT)).where("NOT deleted");
  }

  /** Computes all rows and columns, and keeps nothing. */
  static void read(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  /** The fields of Kafka's messages that the SQL names. */
  static Dataset<Row> parsed(Dataset<Row> messages) {
    return messages.select(
        functions
            .from_json(functions.col("value").cast("string"), StructType.fromDDL(MESSAGE))
            .as("m"),
        functions.col("offset"));
  }

  private void run() {
    SparkSession spark = house.lake().newSession().spark();
    try {
      parsed(
              spark
                  .readStream()
                  .format("kafka")
                  .option(
                      "kafka.bootstrap.servers",
                      house.lake().environment().kafka().bootstrapServers())
                  .option("subscribe", topic)
                  .option("startingOffsets", "earliest")
                  .option(
                      "maxOffsetsPerTrigger",
                      house.lake().environment().stream().maxMessagesPerMicroBatch())
                  .load())
          .writeStream()
          .option(
              "checkpointLocation",
              house.lake().environment().checkpoints().resolve(OUTPUT.name()).toString())
          .trigger(Trigger.AvailableNow())
          .foreachBatch(
              (Dataset<Row> batch, Long number) -> {
                batch.createOrReplaceTempView("messages");
                batch.sparkSession().sql(MERGE.formatted(house.lake().identifier(OUTPUT), LATEST));
              })
          .start()
          .awaitTermination();
    } catch (StreamingQueryException | TimeoutException e) {
      throw new IllegalStateException("the query that writes " + OUTPUT + " failed", e);
    }
  }
}
