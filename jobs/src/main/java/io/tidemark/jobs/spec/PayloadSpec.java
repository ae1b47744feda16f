package io.tidemark.jobs.spec;

import java.io.Serializable;
import java.time.ZoneId;
import java.util.List;

/**
 * What the messages of a topic are.
 *
 * @param format how they are written
 * @param table the only table whose changes are taken, {@code schema.name}; empty to take all
 * @param key columns that make up the source table's primary key; empty unless a change log, and
 *     for one whose rows nothing tells apart
 * @param decimals how decimals without a schema are written
 * @param timeZone zone of date-times that carry none
 * @param position where the position stands in a message, in place of the format's own; mostly
 *     empty
 * @param schema what raw Avro or Protobuf is written by; {@code null} where messages name their
 *     schema in a registry, and for JSON
 */
public record PayloadSpec(
    Format format,
    String table,
    List<String> key,
    Decimals decimals,
    ZoneId timeZone,
    List<String> position,
    SchemaFile schema)
    implements Serializable {
  /** Plain JSON: every message is one event. */
  public static final PayloadSpec PLAIN =
      new PayloadSpec(Format.JSON, "", List.of(), Decimals.PRECISE, ZoneId.of("UTC"), List.of());

  /** How messages are written. */
  public enum Format {
    /** One JSON object per event. */
    JSON,
    DEBEZIUM_JSON,
    CANAL_JSON,
    MAXWELL_JSON,
    /** JSON behind the number that its schema has in a registry. */
    JSON_SCHEMA,
    AVRO,
    PROTOBUF
  }

  /** Debezium's {@code decimal.handling.mode}. */
  public enum Decimals {
    /** Base64 of the unscaled bytes. */
    PRECISE,
    STRING,
    DOUBLE
  }

  /** JSON. */
  public PayloadSpec(
      Format format,
      String table,
      List<String> key,
      Decimals decimals,
      ZoneId timeZone,
      List<String> position) {
    this(format, table, key, decimals, timeZone, position, null);
  }

  public PayloadSpec {
    key = List.copyOf(key);
    position = List.copyOf(position);
  }

  /** Whether messages are changes of a table's rows. */
  public boolean isChangeLog() {
    return switch (format) {
      case DEBEZIUM_JSON, CANAL_JSON, MAXWELL_JSON -> true;
      case JSON, JSON_SCHEMA, AVRO, PROTOBUF -> false;
    };
  }

  /** Whether messages are binary, one event each, written by a schema. */
  public boolean isBinary() {
    return format == Format.AVRO || format == Format.PROTOBUF;
  }

  /** Whether messages name their schema in a registry. */
  public boolean needsRegistry() {
    return isBinary() && schema == null;
  }
}
