package io.tidemark.jobs.spec;

import static io.tidemark.jobs.spec.ColumnType.Base.BIGINT;
import static io.tidemark.jobs.spec.ColumnType.Base.BOOLEAN;
import static io.tidemark.jobs.spec.ColumnType.Base.DATE;
import static io.tidemark.jobs.spec.ColumnType.Base.INT;
import static io.tidemark.jobs.spec.ColumnType.Base.STRING;
import static io.tidemark.jobs.spec.ColumnType.Base.TIMESTAMP;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Columns that ODS fixes once for every row and that every row up to the aggregates keeps, so that
 * nothing downstream has to derive them again.
 */
public final class SystemColumns {
  /** When the event happened. */
  public static final String EVENT_TIME = "event_time";

  /** Business day of the event, in the warehouse's time zone. */
  public static final String DT = "dt";

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
   * passed before the one that brought the row. It only ever grows, also under a new checkpoint;
   * letters that are repaired have a number between two micro-batches.
   */
  public static final String INGEST_BATCH = "ingest_batch";

  /** True for a row of a sealed day that came after the day's cut; only in ODS. */
  public static final String PENDING = "pending";

  /**
   * True for a row that takes back one like it, which was written before; only in what a stream
   * writes of a union that drops duplicates, or of a join.
   */
  public static final String TAKES_BACK = "takes_back";

  /**
   * How often the row was written anew because what it was looked up in came after it; only in what
   * a stream writes of a transform that looks up as of event time or parks rows.
   */
  public static final String REVISION = "row_revision";

  /**
   * Which keys of the row are unknown to the dimensions that it was looked up in, for people; NULL
   * for a row that counts. A row that has some is held back: no reader of the table's view and no
   * job behind sees it.
   */
  public static final String UNKNOWN_KEYS = "unknown_keys";

  /** What {@code source.*} stands for in a transform's SQL. */
  public static final List<String> CARRIED =
      List.of(DT, EVENT_TIME, TOPIC, PARTITION, OFFSET, KAFKA_TIME, INGEST_BATCH);

  /** First received first; a total order. */
  public static final List<String> RECEIVE_ORDER = List.of(INGEST_BATCH, TOPIC, PARTITION, OFFSET);

  /**
   * The same over several topics, whose ingest batches do not compare: the first that a broker
   * received.
   */
  public static final List<String> RECEIVED_FIRST = List.of(KAFKA_TIME, TOPIC, PARTITION, OFFSET);

  /** Those of ODS with their types, in table order. */
  public static final Map<String, ColumnType> TYPES = types();

  /** What they hold, as the tables say it. */
  public static final Map<String, String> COMMENTS =
      Map.ofEntries(
          Map.entry(EVENT_TIME, "When the event happened"),
          Map.entry(DT, "Business day of the event, in the warehouse's time zone"),
          Map.entry(TOPIC, "Topic that the message came from"),
          Map.entry(PARTITION, "Its partition of the topic"),
          Map.entry(OFFSET, "Its offset in the partition"),
          Map.entry(KAFKA_TIME, "When the broker received the message"),
          Map.entry(INGEST_BATCH, "Orders micro-batches: of duplicates the first received stays"),
          Map.entry(PENDING, "Whether the row came behind the cut of its sealed day"),
          Map.entry(TAKES_BACK, "Whether the row takes back one like it; the view leaves both out"),
          Map.entry(REVISION, "How often the row was written anew"),
          Map.entry(UNKNOWN_KEYS, "Keys that no dimension has; the view leaves out rows with any"));

  private SystemColumns() {}

  /** Whether the name is taken. */
  public static boolean contains(String column) {
    return TYPES.containsKey(column)
        || column.equals(TAKES_BACK)
        || column.equals(REVISION)
        || column.equals(UNKNOWN_KEYS);
  }

  private static Map<String, ColumnType> types() {
    Map<String, ColumnType> types = new LinkedHashMap<>();
    types.put(EVENT_TIME, new ColumnType(TIMESTAMP, 0, 0));
    types.put(DT, new ColumnType(DATE, 0, 0));
    types.put(TOPIC, new ColumnType(STRING, 0, 0));
    types.put(PARTITION, new ColumnType(INT, 0, 0));
    types.put(OFFSET, new ColumnType(BIGINT, 0, 0));
    types.put(KAFKA_TIME, new ColumnType(TIMESTAMP, 0, 0));
    types.put(INGEST_BATCH, new ColumnType(BIGINT, 0, 0));
    types.put(PENDING, new ColumnType(BOOLEAN, 0, 0));
    return Collections.unmodifiableMap(types);
  }
}
