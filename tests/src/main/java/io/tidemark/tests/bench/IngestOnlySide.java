package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/** Kafka to an ODS table by Iceberg's own sink, and no more: what reading and writing cost. */
record IngestOnlySide(LocalLakehouse house, String topic) implements Side {
  static final TableName OUTPUT = new TableName("ods", "by_sink");

  private static final String COLUMNS =
      "event_id STRING, user_id STRING, content_id STRING, channel STRING, event_type STRING,"
          + " read_seconds BIGINT, ad_revenue DECIMAL(12,6), event_time TIMESTAMP, topic STRING,"
          + " partition INT, offset BIGINT, kafka_time TIMESTAMP, dt DATE";

  @Override
  public String name() {
    return "ingest only";
  }

  @Override
  public void prepare() {
    query().createTable(StructType.fromDDL(COLUMNS));
  }

  @Override
  public List<Stage> stages() {
    return List.of(
        new Stage("ods", () -> query().drain(query().messages(house.lake().newSession().spark()))));
  }

  private PlainQuery query() {
    return new PlainQuery(house, topic, OUTPUT);
  }
}
