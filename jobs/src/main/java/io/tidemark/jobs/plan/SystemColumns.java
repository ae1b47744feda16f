package io.tidemark.jobs.plan;

import java.util.List;

/**
 * Columns that ODS fixes once for every row and that every row up to the aggregates keeps, so that
 * nothing downstream has to derive them again.
 */
public final class SystemColumns {
  /** Business day of the event, in the warehouse's time zone. */
  public static final String DT = "dt";

  /** When the event happened. */
  public static final String EVENT_TIME = "event_time";

  /** Where the message stood in Kafka. */
  public static final String TOPIC = "kafka_topic";

  /** Partition of the topic. */
  public static final String PARTITION = "kafka_partition";

  /** Offset in the partition. */
  public static final String OFFSET = "kafka_offset";

  /** The broker's record timestamp: when the message was received. */
  public static final String KAFKA_TIME = "kafka_time";

  /**
   * Orders the micro-batches in which messages were received: how many offsets the ingest job had
   * passed before the one that brought the row. It only ever grows, also under a new checkpoint.
   */
  public static final String INGEST_BATCH = "ingest_batch";

  /** True for a row of a sealed day that came after the day's cut; only in ODS. */
  public static final String PENDING = "pending";

  /** What {@code source.*} stands for in a transform's SQL. */
  public static final List<String> CARRIED =
      List.of(DT, EVENT_TIME, TOPIC, PARTITION, OFFSET, KAFKA_TIME, INGEST_BATCH);

  /** First received first; a total order. */
  public static final String RECEIVE_ORDER =
      String.join(", ", INGEST_BATCH, TOPIC, PARTITION, OFFSET);

  private SystemColumns() {}
}
