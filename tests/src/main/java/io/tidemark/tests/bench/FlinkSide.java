package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.TrinoProperties;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.servers.Flink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The same summary as one Flink job in SQL, as its documentation writes it: Kafka's connector with
 * a watermark of the declared lateness, the first of equal ids kept by {@code ROW_NUMBER} over the
 * processing time, a tumbling window with an exact distinct, Iceberg's sink, which commits at
 * checkpoints. It reads to the offsets that the topic has at its start, and then ends.
 *
 * <p>State is on the heap, the fastest that Flink has, and parallelism is the number of cores.
 * Tables and catalog are of the same lakehouse, made like those of the other sides.
 *
 * @param everyTable whether it writes ODS and DWD as well, as the declared jobs do; else the
 *     summary alone
 */
record FlinkSide(Flink flink, LocalLakehouse house, String topic, boolean everyTable) {
  private static final String JDBC = "iceberg.jdbc-catalog.";
  private static final String ODS_COLUMNS =
      "event_id STRING, user_id STRING, content_id STRING, channel STRING, event_type STRING,"
          + " read_seconds BIGINT, ad_revenue DECIMAL(12,6), event_time TIMESTAMP, topic STRING,"
          + " partition INT, offset BIGINT, kafka_time TIMESTAMP, dt DATE";
  private static final String DWD_COLUMNS =
      "event_id STRING, user_id STRING, content_id STRING, channel STRING, event_type STRING,"
          + " read_seconds BIGINT, ad_revenue DECIMAL(12,6), exposure BIGINT, click BIGINT,"
          + " read BIGINT, ad_view BIGINT, event_time TIMESTAMP, topic STRING, partition INT,"
          + " offset BIGINT, kafka_time TIMESTAMP, dt DATE";
  private static final String DWS_COLUMNS =
      "dt DATE, window_start TIMESTAMP, channel STRING, content_id STRING, pv BIGINT,"
          + " clicks BIGINT, read_seconds BIGINT, readers BIGINT";

  private static final String MESSAGES =
      """
      CREATE TEMPORARY TABLE messages (
        event_id STRING, user_id STRING, content_id STRING, channel STRING, event_type STRING,
        read_seconds BIGINT, ad_revenue DECIMAL(12,6), event_time BIGINT,
        topic STRING METADATA VIRTUAL,
        `partition` INT METADATA VIRTUAL,
        `offset` BIGINT METADATA VIRTUAL,
        kafka_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
        happened AS TO_TIMESTAMP_LTZ(event_time, 3),
        received AS PROCTIME(),
        WATERMARK FOR happened AS happened - INTERVAL '2' HOUR
      ) WITH (
        'connector' = 'kafka',
        'topic' = '%s',
        'properties.bootstrap.servers' = '%s',
        'scan.startup.mode' = 'earliest-offset',
        'scan.bounded.mode' = 'latest-offset',
        'format' = 'json')""";

  /** Channels, times and flags as the declared transform has them. */
  private static final String CLEAN =
      """
      CREATE TEMPORARY VIEW clean AS
      SELECT event_id, user_id, content_id, LOWER(TRIM(channel)) AS channel, event_type,
        CASE WHEN read_seconds >= 0 THEN read_seconds END AS read_seconds, ad_revenue,
        CASE WHEN event_type = 'exposure' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END
          AS exposure,
        CASE WHEN event_type = 'click' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS click,
        CASE WHEN event_type = 'read' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS `read`,
        CASE WHEN event_type = 'ad_view' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END
          AS ad_view,
        happened, topic, `partition`, `offset`, kafka_time
      FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY received) AS nth
        FROM messages)
      WHERE nth = 1""";

  private static final String INTO = " /*+ OPTIONS('distribution-mode' = 'none') */\n";

  private static final String TO_ODS =
      """
      SELECT event_id, user_id, content_id, channel, event_type, read_seconds, ad_revenue,
        happened, topic, `partition`, `offset`, kafka_time, CAST(happened AS DATE)
      FROM messages""";

  private static final String TO_DWD =
      """
      SELECT event_id, user_id, content_id, channel, event_type, read_seconds, ad_revenue,
        exposure, click, `read`, ad_view, happened, topic, `partition`, `offset`, kafka_time,
        CAST(happened AS DATE)
      FROM clean""";

  private static final String TO_DWS =
      """
      SELECT CAST(window_start AS DATE), CAST(window_start AS TIMESTAMP_LTZ(3)), channel,
        content_id, COUNT(*), SUM(click), SUM(read_seconds), COUNT(DISTINCT user_id)
      FROM TABLE(TUMBLE(TABLE clean, DESCRIPTOR(happened), INTERVAL '1' MINUTE))
      GROUP BY window_start, window_end, channel, content_id""";

  String name() {
    return everyTable ? "Flink" : "Flink, DWS only";
  }

  /** Creates its tables. */
  void prepare() {
    if (everyTable) {
      create("ods", ODS_COLUMNS);
      create("dwd", DWD_COLUMNS);
    }
    create("dws", DWS_COLUMNS);
  }

  private void create(String layer, String columns) {
    house.lake().ensure(table(layer), StructType.fromDDL(columns), Map.of());
  }

  private TableName table(String layer) {
    return new TableName(layer, everyTable ? "by_flink" : "by_flink_alone");
  }

  /** Reads the topic to its end and writes what comes of it. */
  Flink.Taken run() {
    Path checkpoints = flink.folder().resolve("checkpoints");
    Map<String, String> options =
        Map.of(
            "parallelism.default", Integer.toString(Runtime.getRuntime().availableProcessors()),
            "execution.checkpointing.interval", "10 s",
            "execution.checkpointing.dir", checkpoints.toUri().toString(),
            "table.local-time-zone", house.lake().environment().timeZone().getId());
    return flink.run(
        options,
        List.of(
            catalog(),
            MESSAGES.formatted(topic, house.lake().environment().kafka().bootstrapServers()),
            CLEAN,
            inserts()));
  }

  /** The lakehouse's own, by the settings that Trino has for it. */
  private String catalog() {
    Map<String, String> settings = TrinoProperties.of(house.lake().environment().catalog());
    return """
        CREATE CATALOG %s WITH (
          'type' = 'iceberg',
          'catalog-impl' = 'org.apache.iceberg.jdbc.JdbcCatalog',
          'uri' = '%s',
          'warehouse' = '%s',
          'jdbc.schema-version' = 'V1')"""
        .formatted(
            settings.get(JDBC + "catalog-name"),
            settings.get(JDBC + "connection-url"),
            settings.get(JDBC + "default-warehouse-dir"));
  }

  private String inserts() {
    List<String> inserts = new ArrayList<>();
    if (everyTable) {
      inserts.add(insert("ods", TO_ODS));
      inserts.add(insert("dwd", TO_DWD));
    }
    inserts.add(insert("dws", TO_DWS));
    return "EXECUTE STATEMENT SET BEGIN\n" + String.join("", inserts) + "END";
  }

  private String insert(String layer, String select) {
    return "INSERT INTO "
        + house.lake().environment().catalog().name()
        + "."
        + table(layer)
        + INTO
        + select
        + ";\n";
  }

  /** The summary that it has written. */
  Dataset<Row> summary() {
    return rows("dws");
  }

  /** The rows of a layer that it has written. */
  Dataset<Row> rows(String layer) {
    return house.lake().spark().table(house.lake().identifier(table(layer)));
  }
}
