package io.tidemark.jobs.spec;

import static io.tidemark.jobs.spec.ColumnType.Base.BIGINT;
import static io.tidemark.jobs.spec.ColumnType.Base.BOOLEAN;
import static io.tidemark.jobs.spec.ColumnType.Base.DATE;
import static io.tidemark.jobs.spec.ColumnType.Base.INT;
import static io.tidemark.jobs.spec.ColumnType.Base.STRING;
import static io.tidemark.jobs.spec.ColumnType.Base.TIMESTAMP;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The columns Tidemark itself adds to every row it ingests, and hands on up to the aggregates. */
public final class SystemColumns {
  /** When the event happened. */
  public static final String EVENT_TIME = "event_time";

  /** The business day. */
  public static final String DT = "dt";

  /** All of them with their types, in table order. */
  public static final Map<String, ColumnType> TYPES = types();

  private SystemColumns() {}

  /** Whether the name is taken. */
  public static boolean contains(String column) {
    return TYPES.containsKey(column);
  }

  private static Map<String, ColumnType> types() {
    Map<String, ColumnType> types = new LinkedHashMap<>();
    types.put(EVENT_TIME, new ColumnType(TIMESTAMP, 0, 0));
    types.put(DT, new ColumnType(DATE, 0, 0));
    types.put("kafka_topic", new ColumnType(STRING, 0, 0));
    types.put("kafka_partition", new ColumnType(INT, 0, 0));
    types.put("kafka_offset", new ColumnType(BIGINT, 0, 0));
    types.put("kafka_time", new ColumnType(TIMESTAMP, 0, 0));
    types.put("ingest_batch", new ColumnType(BIGINT, 0, 0));
    types.put("pending", new ColumnType(BOOLEAN, 0, 0));
    return Collections.unmodifiableMap(types);
  }
}
