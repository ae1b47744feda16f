package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Values;
import java.time.ZoneId;
import java.util.List;

/** The keys of {@code payload}: what messages are. */
final class PayloadKeys {
  static final Key<PayloadSpec.Format> FORMAT =
      Key.withDefault(
          "format",
          Values.oneOf(PayloadSpec.Format.class),
          "json",
          "How messages are written: `json`, `json-schema` (JSON as the serializers of a schema"
              + " registry write it), `avro` or `protobuf`, one event each; or the change log of a"
              + " table as Debezium, Canal or Maxwell writes it.");
  static final Key<String> TABLE =
      Key.withDefault(
          "table",
          Values.ANY_TEXT,
          "",
          "Changes of other tables are ignored: `schema.table` in PostgreSQL, `database.table` in"
              + " MySQL. All are taken when left out.");
  static final Key<List<String>> KEY =
      Key.list(
          "key",
          Values.IDENTIFIER,
          "Columns of the source table's primary key; required for a change log. `[]` when nothing"
              + " tells its rows apart: then an update is the delete of the old row, if the message"
              + " has it, and the new one, and there is no mirror.");
  static final Key<PayloadSpec.Decimals> DECIMALS =
      Key.withDefault(
          "decimals",
          Values.oneOf(PayloadSpec.Decimals.class),
          "precise",
          "Debezium's `decimal.handling.mode`, for messages without a schema; there `precise`"
              + " takes the scale of the declared column.");
  static final Key<ZoneId> ZONE =
      Key.withDefault(
          "time-zone",
          Values.TIME_ZONE,
          "UTC",
          "Zone of the source's date-times that carry none (DATETIME, timestamp without time"
              + " zone, Avro's `local-timestamp`).");
  static final Key<List<String>> POSITION =
      Key.list(
          "position",
          Values.of("field names with dots", KeyTexts::path),
          "One to three fields of the message (whole numbers, coarsest first) that order changes,"
              + " in place of the format's own position.");
  static final Key<String> SCHEMA =
      Key.optional(
          "schema",
          Values.of("file name", PayloadKeys::schemaName),
          "File beside this one that `avro` (.avsc) or `protobuf` (.proto) is written by, without"
              + " more in front of it. When left out, each message names its schema in the"
              + " environment's `kafka.schema-registry`.");
  static final Key<String> MESSAGE =
      Key.optional(
          "message", Values.TEXT, "The message type of a .proto file; its only one when left out.");
  static final List<Key<?>> OF_SCHEMAS = List.of(SCHEMA, MESSAGE);
  static final List<Key<?>> OF_CHANGE_LOGS = List.of(TABLE, KEY, DECIMALS, ZONE, POSITION);
  static final Key<Section> PAYLOAD =
      Key.section(
          "payload",
          Keys.of(FORMAT, TABLE, KEY, DECIMALS, ZONE, POSITION, SCHEMA, MESSAGE),
          "What the messages are.");

  private PayloadKeys() {}

  private static String schemaName(String text) {
    return KeyTexts.check(
        text,
        "[^/\\\\]+\\.(avsc|proto)",
        "is not the name of a schema file beside this one; write a name that ends with .avsc or"
            + " .proto");
  }
}
