package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import java.util.Map;

/** The keys of a column of {@code columns}: where its value stands in a message. */
final class ColumnKeys {
  static final Key<ColumnType> TYPE =
      Key.required(
          "type",
          Values.of(
              "string, boolean, int, bigint, double, decimal(p,s), date or timestamp",
              ColumnType::parse),
          "SQL type.");
  static final Key<Boolean> REQUIRED =
      Key.withDefault(
          "required",
          Values.BOOLEAN,
          "false",
          "Whether a message without the value is a dead letter.");
  static final Key<String> PATH =
      Key.optional(
          "path",
          Values.of("field names with dots", KeyTexts::path),
          "Where the value stands in the message, or what the source calls the column of a change"
              + " log; the column's name when left out.");
  static final Key<ColumnSpec.TimeFormat> FORMAT =
      Key.optional(
          "format",
          Values.oneOf(ColumnSpec.TimeFormat.class),
          "How a timestamp is written; `epoch-millis` when left out. Only for timestamps.");
  static final Key<ColumnSource> FROM =
      Key.withDefault(
          "from",
          Values.of("value, key or header.NAME", ColumnSource::parse),
          "value",
          "The part of the message. A key or header is text in UTF-8, written as JSON would be; of"
              + " several headers with one name the last counts.");
  static final Key<Map<String, Section>> COLUMNS =
      Key.required(
          "columns",
          Structures.mapOf(Structures.section(Keys.of(TYPE, REQUIRED, PATH, FORMAT, FROM), TYPE)),
          "The payload's columns, in table order.");

  private ColumnKeys() {}
}
