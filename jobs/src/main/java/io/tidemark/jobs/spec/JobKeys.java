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
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Every key that may stand at the top of a file below {@code conf/jobs}, and which of them a kind
 * of job has. Keys inside of one are beside it: {@link StartKeys}, {@link PayloadKeys}, {@link
 * ColumnKeys}, {@link SplitKeys}, {@link LookupKeys}, {@link MetricKeys}, {@link ReconcileKeys},
 * {@link SinkKeys}, {@link AlertKeys}, {@link JoinKeys}.
 */
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

  static final Key<Duration> FRESHNESS =
      Key.withDefault(
          "freshness",
          Values.POSITIVE_DURATION,
          "5 minutes",
          "How long after a message came its row has to be in the table, or in what a sink writes to,"
              + " at most; `status` says whether it is. No part of what the job computes.");

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
  static final Key<String> EVENT_COLUMN =
      Key.optional(
          "column",
          Values.IDENTIFIER,
          "The required timestamp column that says when it happened; required, except for a change"
              + " log. There a change happened when it was committed, and with this when its row came"
              + " about, whatever became of it later: a column that a row never changes.");
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
          "How far ahead of the broker's record timestamp an event time may be.");
  static final Key<EventTimeSpec.Ahead> AHEAD =
      Key.withDefault(
          "ahead",
          Values.oneOf(EventTimeSpec.Ahead.class),
          "dead-letter",
          "What becomes of a message whose event time is further ahead: `dead-letter`; `keep`, it is"
              + " of the day that it says; `clamp`, its `event_time` is the record timestamp, and so"
              + " is its day (a time column of another name stays as received).");
  static final Key<Section> EVENT_TIME =
      Key.section(
          "event-time",
          Keys.of(EVENT_COLUMN, NOT_BEFORE, MAX_AHEAD, AHEAD),
          "When an event happened.");

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

  // Of a history.
  /** When a version is valid; there is one way to tell. */
  enum Validity {
    EVENT_TIME
  }

  static final Key<Validity> HISTORY =
      Key.required(
          "history",
          Values.oneOf(Validity.class),
          "Keeps every version of a row: `event-time`, valid from when its change was committed at"
              + " the source, and to when the next one was.");

  // Of a transform.
  static final Key<String> SQL = InputKeys.SQL;
  static final Key<List<String>> DEDUPE_KEY =
      Key.required(
          "key",
          Structures.listOf(Values.IDENTIFIER),
          "Columns of the result; of the rows of a business day that share them the first received"
              + " is kept: of several inputs, the first that a broker received.");
  static final Key<List<String>> LATEST_BY =
      Key.list(
          "latest-by",
          Values.IDENTIFIER,
          "Columns of the result, the coarsest first: the row in which they are greatest is kept, NULL"
              + " being less than anything, and of equal ones the last received. What it replaces is"
              + " taken back in the summaries behind. See [transforms](transforms.md#the-latest-row).");
  static final Key<Section> DEDUPE =
      new Key<>(
          "dedupe",
          Structures.section(Keys.of(DEDUPE_KEY, LATEST_BY)),
          false,
          null,
          "",
          "Drops repeated rows; every row is kept when left out.");

  static final Key<String> FLATTEN_COLUMN =
      Key.required(
          "column",
          Values.IDENTIFIER,
          "An array among the columns of the SQL's result. Elements that are structs become columns,"
              + " one per field; others stand in the column itself.");
  static final Key<String> FLATTEN_INDEX =
      Key.required(
          "index", Values.IDENTIFIER, "Column for the place of an element in its array, from 0.");
  static final Key<FlattenSpec.Empty> FLATTEN_EMPTY =
      Key.withDefault(
          "empty",
          Values.oneOf(FlattenSpec.Empty.class),
          "drop",
          "What becomes of a row whose array is empty or NULL: `drop`; `keep`, it stays one row with"
              + " NULL for index and element.");
  static final Key<Section> FLATTEN =
      new Key<>(
          "flatten",
          Structures.section(Keys.of(FLATTEN_COLUMN, FLATTEN_INDEX, FLATTEN_EMPTY)),
          false,
          null,
          "",
          "Makes a row of each element of an array. Duplicates are told by the rows that come out, so"
              + " name the index in `dedupe.key`, too.");

  // Of a union.
  static final Key<TableName> TABLE_READ = InputKeys.TABLE;
  static final Key<List<Section>> INPUTS =
      Key.required(
          "inputs",
          Structures.listOf(Structures.section(Keys.of(TABLE_READ, SQL))),
          "The tables read, two or more of which no two hold a message of the same topic, each with its"
              + " SQL; all give the same columns.");

  // Of an aggregate.
  static final Key<List<String>> DIMENSIONS =
      Key.list("dimensions", Values.IDENTIFIER, "Columns of the input to group by; may be empty.");
  static final Key<Map<String, List<String>>> GRANULARITIES =
      Key.map(
          "granularities",
          Structures.listOf(Values.IDENTIFIER),
          "In place of `dimensions`: several groupings of the same rows, each with a name and its"
              + " dimensions, which may be none. See [metrics](metrics.md#several-granularities).");
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
          Structures.mapOf(Structures.section(MetricKeys.KEYS, MetricKeys.METRIC)),
          "What is computed, each by exactly one function, or as the registry has it.");

  static final Keys INGEST =
      Keys.of(
          JOB,
          EXTENDS,
          DESCRIPTION,
          OWNER,
          FRESHNESS,
          AlertKeys.ALERTS,
          TOPIC,
          StartKeys.START,
          LIMIT,
          PayloadKeys.PAYLOAD,
          SplitKeys.SPLIT,
          SplitKeys.ROUTE,
          ColumnKeys.COLUMNS,
          EVENT_TIME,
          OUTPUT);
  static final Keys MIRROR =
      Keys.of(
          JOB,
          EXTENDS,
          DESCRIPTION,
          OWNER,
          FRESHNESS,
          AlertKeys.ALERTS,
          INPUT,
          DELETE,
          BUCKETS,
          OUTPUT);
  static final Keys HISTORY_JOB =
      Keys.of(
          JOB,
          EXTENDS,
          DESCRIPTION,
          OWNER,
          FRESHNESS,
          AlertKeys.ALERTS,
          INPUT,
          HISTORY,
          BUCKETS,
          OUTPUT);
  static final Keys TRANSFORM =
      Keys.of(
          JOB,
          EXTENDS,
          DESCRIPTION,
          OWNER,
          FRESHNESS,
          AlertKeys.ALERTS,
          INPUT,
          SQL,
          LookupKeys.LOOKUP,
          FLATTEN,
          DEDUPE,
          OUTPUT,
          RECONCILE);
  static final Keys UNION =
      Keys.of(
          JOB,
          EXTENDS,
          DESCRIPTION,
          OWNER,
          FRESHNESS,
          INPUTS,
          LookupKeys.LOOKUP,
          FLATTEN,
          DEDUPE,
          OUTPUT,
          RECONCILE);
  static final Keys JOIN =
      Keys.of(JOB, EXTENDS, DESCRIPTION, OWNER, FRESHNESS, JoinKeys.JOIN, OUTPUT, RECONCILE);
  static final Keys AGGREGATE =
      Keys.of(
          JOB,
          EXTENDS,
          DESCRIPTION,
          OWNER,
          FRESHNESS,
          AlertKeys.ALERTS,
          INPUT,
          DIMENSIONS,
          GRANULARITIES,
          WINDOW,
          LATENESS,
          METRICS,
          OUTPUT,
          RECONCILE);

  static final Keys SINK =
      Keys.of(
          JOB,
          EXTENDS,
          DESCRIPTION,
          OWNER,
          FRESHNESS,
          AlertKeys.ALERTS,
          INPUT,
          SinkKeys.JDBC,
          SinkKeys.KAFKA,
          SinkKeys.REDIS);

  /** Everything that a template may hold for one kind of job or another. */
  static final Keys TEMPLATE_KEYS =
      Keys.of(
          Stream.concat(
                  Stream.of(TEMPLATE),
                  Stream.of(INGEST, TRANSFORM, UNION, JOIN, AGGREGATE, MIRROR, HISTORY_JOB, SINK)
                      .flatMap(keys -> keys.list().stream()))
              .filter(key -> key != JOB && key != OUTPUT && key != SplitKeys.ROUTE)
              .distinct()
              .toArray(Key<?>[]::new));

  private JobKeys() {}

  private static Lateness lateness(String text) {
    return text.equals("unlimited") ? Lateness.UNLIMITED : Lateness.of(Durations.parse(text));
  }

  private static String topic(String text) {
    return KeyTexts.check(text, TOPIC_NAME, "is not a Kafka topic; " + TOPIC_REMEDY);
  }

  /** Whether Kafka takes a name for a topic. */
  static boolean isTopic(String name) {
    return name.matches(TOPIC_NAME) && !name.equals(".") && !name.equals("..");
  }
}
