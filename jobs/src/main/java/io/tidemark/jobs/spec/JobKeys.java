package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Durations;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import io.tidemark.catalog.table.TableKeys;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every key that may stand in a file below {@code conf/jobs}. */
final class JobKeys {
  /** What to write for a topic. */
  static final String TOPIC_REMEDY =
      "use at most 249 letters, digits, dots, underscores and dashes";

  private static final String TOPIC_NAME = "[a-zA-Z0-9._-]{1,249}";

  static final ValueType<TableName> TABLE = TableKeys.TABLE_NAME;

  // Of every kind.
  static final Key<String> JOB =
      Key.required("job", Values.IDENTIFIER, "The job's name, unique among all jobs.");
  static final Key<String> DESCRIPTION =
      Key.withDefault("description", Values.ANY_TEXT, "", "What the table holds, in a sentence.");
  static final Key<String> OWNER =
      Key.withDefault("owner", Values.ANY_TEXT, "", "Who answers for the job.");
  static final Key<TableName> OUTPUT =
      Key.required("output", TABLE, "The table that this job, and no other, writes.");
  static final Key<TableName> INPUT =
      Key.required("input", TABLE, "The table read, which another job writes.");
  static final Key<ReconcileKeys.Declared> RECONCILE =
      Key.optional(
          "reconcile",
          ReconcileKeys.TYPE,
          "What is made of a comparison of stream and batch. Any metric may have a tolerance of its"
              + " own by its name; what that leaves out is as in `tolerance`. A transform's metrics"
              + " are `rows` and `content`.");

  static final Key<String> EXTENDS =
      Key.optional(
          "extends",
          Values.IDENTIFIER,
          "A template or another job whose keys hold here unless this file writes them: values and"
              + " lists are replaced, of maps the entries that are not written here are taken over,"
              + " `start` is replaced as a whole. `job`, `output` and `route` are never"
              + " inherited.");

  // Of a template.
  static final Key<String> TEMPLATE =
      Key.required(
          "template", Values.IDENTIFIER, "The name by which jobs extend it; it is no job itself.");

  // Of an ingest job.
  static final Key<String> TOPIC =
      Key.required("topic", Values.of("topic name", JobKeys::topic), "The Kafka topic read.");
  static final Key<Start.Edge> START_POSITION =
      Key.optional(
          "position", Values.oneOf(Start.Edge.class), "Behind nothing, or behind all there is.");
  static final Key<Instant> START_TIMESTAMP =
      Key.optional(
          "timestamp",
          Values.of("time with an offset", JobKeys::instant),
          "The first message of each partition whose record timestamp is not before this moment;"
              + " the end of a partition without one.");
  static final Key<LocalDate> START_DAY =
      Key.optional(
          "day",
          Values.DATE,
          "The same for the beginning of a business day, in the warehouse's zone.");
  static final Key<Map<String, Long>> START_OFFSETS =
      Key.map(
          "offsets",
          Values.of("offset", JobKeys::offset),
          "Partition to the first offset to read; every partition of the topic.");
  static final Key<Section> START =
      new Key<>(
          "start",
          Structures.section(
              Keys.of(START_POSITION, START_TIMESTAMP, START_DAY, START_OFFSETS), START_POSITION),
          false,
          null,
          "earliest",
          "Where a job that has never run begins: one of the keys below. Once it has run, its table"
              + " says where it goes on, and `./tidemark offsets` moves it.");
  static final Key<Long> PER_SECOND =
      Key.optional(
          "messages-per-second",
          Values.POSITIVE_LONG,
          "Messages read in a second, on average, in streams and catch-ups.");
  static final Key<Long> PER_MICRO_BATCH =
      Key.optional("messages-per-micro-batch", Values.POSITIVE_LONG, "Messages read at once.");
  static final Key<Section> LIMIT =
      Key.section(
          "limit",
          Keys.of(PER_SECOND, PER_MICRO_BATCH),
          "How fast the topic is read, at most. The environment's"
              + " `stream.max-messages-per-micro-batch` holds as well: the smaller counts.");
  static final Key<PayloadSpec.Format> PAYLOAD_FORMAT =
      Key.withDefault(
          "format",
          Values.oneOf(PayloadSpec.Format.class),
          "json",
          "How messages are written: `json`, `json-schema` (JSON as the serializers of a schema"
              + " registry write it), `avro` or `protobuf`, one event each; or the change log of a"
              + " table as Debezium, Canal or Maxwell writes it.");
  static final Key<String> PAYLOAD_TABLE =
      Key.withDefault(
          "table",
          Values.ANY_TEXT,
          "",
          "Changes of other tables are ignored: `schema.table` in PostgreSQL, `database.table` in"
              + " MySQL. All are taken when left out.");
  static final Key<List<String>> PAYLOAD_KEY =
      Key.list(
          "key",
          Values.IDENTIFIER,
          "Columns of the source table's primary key; required for a change log. `[]` when nothing"
              + " tells its rows apart: then an update is the delete of the old row, if the message"
              + " has it, and the new one, and there is no mirror.");
  static final Key<PayloadSpec.Decimals> PAYLOAD_DECIMALS =
      Key.withDefault(
          "decimals",
          Values.oneOf(PayloadSpec.Decimals.class),
          "precise",
          "Debezium's `decimal.handling.mode`, for messages without a schema; there `precise`"
              + " takes the scale of the declared column.");
  static final Key<ZoneId> PAYLOAD_ZONE =
      Key.withDefault(
          "time-zone",
          Values.TIME_ZONE,
          "UTC",
          "Zone of the source's date-times that carry none (DATETIME, timestamp without time"
              + " zone, Avro's `local-timestamp`).");
  static final Key<List<String>> PAYLOAD_POSITION =
      Key.list(
          "position",
          Values.of("field names with dots", JobKeys::path),
          "One to three fields of the message (whole numbers, coarsest first) that order changes,"
              + " in place of the format's own position.");
  static final Key<String> PAYLOAD_SCHEMA =
      Key.optional(
          "schema",
          Values.of("file name", JobKeys::schemaName),
          "File beside this one that `avro` (.avsc) or `protobuf` (.proto) is written by, without"
              + " more in front of it. When left out, each message names its schema in the"
              + " environment's `kafka.schema-registry`.");
  static final Key<String> PAYLOAD_MESSAGE =
      Key.optional(
          "message", Values.TEXT, "The message type of a .proto file; its only one when left out.");
  static final List<Key<?>> OF_SCHEMAS = List.of(PAYLOAD_SCHEMA, PAYLOAD_MESSAGE);
  static final List<Key<?>> OF_CHANGE_LOGS =
      List.of(PAYLOAD_TABLE, PAYLOAD_KEY, PAYLOAD_DECIMALS, PAYLOAD_ZONE, PAYLOAD_POSITION);
  static final Key<Section> PAYLOAD =
      Key.section(
          "payload",
          Keys.of(
              PAYLOAD_FORMAT,
              PAYLOAD_TABLE,
              PAYLOAD_KEY,
              PAYLOAD_DECIMALS,
              PAYLOAD_ZONE,
              PAYLOAD_POSITION,
              PAYLOAD_SCHEMA,
              PAYLOAD_MESSAGE),
          "What the messages are.");
  static final Key<ColumnType> COLUMN_TYPE =
      Key.required(
          "type",
          Values.of(
              "string, boolean, int, bigint, double, decimal(p,s), date or timestamp",
              ColumnType::parse),
          "SQL type.");
  static final Key<Boolean> COLUMN_REQUIRED =
      Key.withDefault(
          "required",
          Values.BOOLEAN,
          "false",
          "Whether a message without the value is a dead letter.");
  static final Key<String> COLUMN_PATH =
      Key.optional(
          "path",
          Values.of("field names with dots", JobKeys::path),
          "Where the value stands in the message, or what the source calls the column of a change"
              + " log; the column's name when left out.");
  static final Key<ColumnSpec.TimeFormat> COLUMN_FORMAT =
      Key.optional(
          "format",
          Values.oneOf(ColumnSpec.TimeFormat.class),
          "How a timestamp is written; `epoch-millis` when left out. Only for timestamps.");
  static final Key<ColumnSource> COLUMN_FROM =
      Key.withDefault(
          "from",
          Values.of("value, key or header.NAME", ColumnSource::parse),
          "value",
          "The part of the message. A key or header is text in UTF-8, written as JSON would be; of"
              + " several headers with one name the last counts.");
  static final Key<Map<String, Section>> COLUMNS =
      Key.required(
          "columns",
          Structures.mapOf(
              Structures.section(
                  Keys.of(COLUMN_TYPE, COLUMN_REQUIRED, COLUMN_PATH, COLUMN_FORMAT, COLUMN_FROM),
                  COLUMN_TYPE)),
          "The payload's columns, in table order.");
  static final Key<String> SPLIT_BY =
      Key.optional(
          "by",
          Values.IDENTIFIER,
          "The column (string, int or bigint) whose value tells where a message belongs.");
  static final Key<SplitSpec.Otherwise> SPLIT_OTHERWISE =
      Key.withDefault(
          "otherwise",
          Values.oneOf(SplitSpec.Otherwise.class),
          "dead-letter",
          "What the split's own job makes of a message that no route takes: `dead-letter`; `row`, a"
              + " row of its table; `ignore`, it is only counted.");
  static final Key<Section> SPLIT =
      new Key<>(
          "split",
          Structures.section(Keys.of(SPLIT_BY, SPLIT_OTHERWISE), SPLIT_BY),
          false,
          null,
          "",
          "Splits the topic among several jobs: the one without `route` has what no route takes, and"
              + " the others extend it, mostly. The topic is read once for those that run together.");
  static final Key<List<String>> ROUTE =
      Key.list(
          "route",
          Values.TEXT,
          "Of a split topic, the values whose messages this job takes. Never inherited; and a job"
              + " with it does not inherit `start`: without one of its own it begins where the"
              + " split's job stands.");
  static final Key<String> EVENT_COLUMN =
      Key.optional(
          "column",
          Values.IDENTIFIER,
          "The required timestamp column that says when it happened; required, except for a change"
              + " log, whose changes happened when they were committed.");
  static final Key<LocalDate> NOT_BEFORE =
      Key.withDefault(
          "not-before",
          Values.DATE,
          "2000-01-01",
          "An event time before this day (UTC) is impossible: a dead letter.");
  static final Key<Duration> MAX_AHEAD =
      Key.withDefault(
          "max-ahead",
          Values.DURATION,
          "1 day",
          "An event time further ahead of the broker's clock is impossible: a dead letter.");
  static final Key<Section> EVENT_TIME =
      Key.section(
          "event-time", Keys.of(EVENT_COLUMN, NOT_BEFORE, MAX_AHEAD), "When an event happened.");

  // Of a mirror.
  static final Key<MirrorSpec.Delete> DELETE =
      Key.required(
          "delete",
          Values.oneOf(MirrorSpec.Delete.class),
          "What becomes of a row deleted in the source: `hard`, it is gone; `soft`, it stays with"
              + " its last values and `is_deleted`.");
  static final Key<Long> BUCKETS =
      Key.withDefault(
          "buckets",
          Values.POSITIVE_LONG,
          "16",
          "Partitions of the table, by a hash of the key; fixed once the table is there.");

  // Of a transform.
  static final Key<String> SQL =
      Key.required(
          "sql",
          Values.of("file name", JobKeys::fileName),
          "File beside this one: `SELECT ..., source.* FROM input [WHERE ...]`.");
  static final Key<List<String>> DEDUPE_KEY =
      Key.required(
          "key",
          Structures.listOf(Values.IDENTIFIER),
          "Columns of the result; of the rows of a business day that share them the first received"
              + " is kept.");
  static final Key<Section> DEDUPE =
      new Key<>(
          "dedupe",
          Structures.section(Keys.of(DEDUPE_KEY)),
          false,
          null,
          "",
          "Drops repeated rows; every row is kept when left out.");

  static final Key<TableName> LOOKUP_TABLE =
      Key.required("table", TABLE, "The dimension: an Iceberg table that no job writes.");
  static final Key<Map<String, String>> LOOKUP_KEY =
      Key.required(
          "key",
          Structures.mapOf(Values.TEXT),
          "Columns of the dimension's key, each with the column of the input that it is compared"
              + " with. A key that is there twice is refused.");
  static final Key<Map<String, ColumnType>> LOOKUP_COLUMNS =
      Key.required(
          "columns",
          Structures.mapOf(
              Values.of(
                  "string, boolean, int, bigint, double, decimal(p,s), date or timestamp",
                  ColumnType::parse)),
          "Columns of the dimension that the SQL uses as `NAME.COLUMN`, with their types; NULL for"
              + " a row that finds nothing.");
  static final Key<Map<String, Section>> LOOKUP =
      new Key<>(
          "lookup",
          Structures.mapOf(Structures.section(Keys.of(LOOKUP_TABLE, LOOKUP_KEY, LOOKUP_COLUMNS))),
          false,
          Map.of(),
          "",
          "Dimensions that rows are looked up in; each micro-batch and each batch reads one snapshot"
              + " of them and records it. See [dimensions](dimensions.md).");

  // Of an aggregate.
  static final Key<List<String>> DIMENSIONS =
      Key.list("dimensions", Values.IDENTIFIER, "Columns of the input to group by; may be empty.");
  static final Key<Window> WINDOW =
      Key.required(
          "window",
          Values.of("1 minute, 5 minutes, 1 hour, 1 day or running day", Window::parse),
          "How the business day is cut.");
  static final Key<Lateness> LATENESS =
      Key.required(
          "lateness",
          Values.of("duration, or unlimited", JobKeys::lateness),
          "Rows that reach the broker longer after their event time are left to the batch.");
  static final Key<Map<String, Section>> METRICS =
      Key.required(
          "metrics",
          Structures.mapOf(Structures.section(MetricKeys.KEYS)),
          "What is computed, each by exactly one function.");

  static final Keys INGEST =
      Keys.of(
          JOB,
          EXTENDS,
          DESCRIPTION,
          OWNER,
          TOPIC,
          START,
          LIMIT,
          PAYLOAD,
          SPLIT,
          ROUTE,
          COLUMNS,
          EVENT_TIME,
          OUTPUT);
  static final Keys MIRROR =
      Keys.of(JOB, EXTENDS, DESCRIPTION, OWNER, INPUT, DELETE, BUCKETS, OUTPUT);
  static final Keys TRANSFORM =
      Keys.of(JOB, EXTENDS, DESCRIPTION, OWNER, INPUT, SQL, LOOKUP, DEDUPE, OUTPUT, RECONCILE);
  static final Keys AGGREGATE =
      Keys.of(
          JOB,
          EXTENDS,
          DESCRIPTION,
          OWNER,
          INPUT,
          DIMENSIONS,
          WINDOW,
          LATENESS,
          METRICS,
          OUTPUT,
          RECONCILE);

  /** Everything that a template may hold for one kind of job or another. */
  static final Keys TEMPLATE_KEYS =
      Keys.of(
          Stream.concat(
                  Stream.of(TEMPLATE),
                  Stream.of(INGEST, TRANSFORM, AGGREGATE, MIRROR)
                      .flatMap(keys -> keys.list().stream()))
              .filter(key -> key != JOB && key != OUTPUT && key != ROUTE)
              .distinct()
              .toArray(Key<?>[]::new));

  private JobKeys() {}

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "is no moment; write date, time and offset, such as 2026-01-15T08:00:00+08:00");
    }
  }

  private static long offset(String text) {
    return Long.parseLong(check(text, "\\d{1,18}", "is no offset; write a whole number from 0"));
  }

  private static Lateness lateness(String text) {
    return text.equals("unlimited") ? Lateness.UNLIMITED : Lateness.of(Durations.parse(text));
  }

  private static String topic(String text) {
    return check(text, TOPIC_NAME, "is not a Kafka topic; " + TOPIC_REMEDY);
  }

  /** Whether Kafka takes a name for a topic. */
  static boolean isTopic(String name) {
    return name.matches(TOPIC_NAME) && !name.equals(".") && !name.equals("..");
  }

  private static String path(String text) {
    return check(
        text,
        "%1$s(\\.%1$s)*".formatted(ColumnSpec.FIELD_NAME),
        "is not a path; write field names joined by dots");
  }

  private static String schemaName(String text) {
    return check(
        text,
        "[^/\\\\]+\\.(avsc|proto)",
        "is not the name of a schema file beside this one; write a name that ends with .avsc or"
            + " .proto");
  }

  private static String fileName(String text) {
    return check(
        text,
        "[^/\\\\]+\\.sql",
        "is not the name of an SQL file beside this one; write a name that ends with .sql");
  }

  private static String check(String text, String pattern, String remedy) {
    if (text.matches(pattern)) {
      return text;
    }
    throw new IllegalArgumentException(remedy);
  }
}
