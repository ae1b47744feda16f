package io.tidemark.catalog.table;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Durations;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Every key that may stand in a file below {@code conf/tables}. */
public final class TableKeys {
  /** A table, as {@code layer.name}. */
  public static final ValueType<TableName> TABLE_NAME = Values.of("layer.name", TableKeys::table);

  public static final Key<TableName> TABLE =
      Key.required("table", TABLE_NAME, "The table, declared by this file and no other.");
  public static final Key<String> DESCRIPTION =
      Key.optional(
          "description",
          Values.TEXT,
          "What the table holds, in a sentence: its comment. Of a job's table the job's file says"
              + " it.");
  public static final Key<String> OWNER =
      Key.optional(
          "owner",
          Values.TEXT,
          "Who answers for the table. Of a job's table the job's file says it.");
  static final Key<String> COLUMN_TYPE =
      Key.optional(
          "type",
          Values.of(
              "SQL type",
              text -> {
                ColumnTypes.parse(text, new AtomicInteger());
                return text;
              }),
          "string, boolean, int, bigint, float, double, decimal(p,s), date, timestamp,"
              + " timestamp_ntz, binary, array<type>, map<type,type> or struct<name:type,...>. Only,"
              + " and always, for a table that no job writes.");
  static final Key<Boolean> COLUMN_REQUIRED =
      Key.withDefault(
          "required",
          Values.BOOLEAN,
          "false",
          "Whether the column is never NULL. Only for a table that no job writes.");
  static final Key<String> COLUMN_COMMENT =
      Key.optional(
          "comment",
          Values.ANY_TEXT,
          "What the column holds. Left out, a comment that the table has is left alone; `\"\"`"
              + " removes it.");
  static final Key<String> COLUMN_RENAMED_FROM =
      Key.optional(
          "renamed-from",
          Values.IDENTIFIER,
          "The name that the column had before: its rows stay. Without effect once that is done.");
  public static final Key<Map<String, Section>> COLUMNS =
      new Key<>(
          "columns",
          Structures.mapOf(
              Structures.section(
                  Keys.of(COLUMN_TYPE, COLUMN_REQUIRED, COLUMN_COMMENT, COLUMN_RENAMED_FROM),
                  COLUMN_TYPE)),
          false,
          Map.of(),
          "",
          "The columns, in table order; of a job's table those of which there is something to say."
              + " A field inside a column is named by its path, as `address.city`.");
  public static final Key<List<String>> KEYS_OF_ROWS =
      Key.list(
          "keys",
          Values.IDENTIFIER,
          "Columns that tell the rows apart. Of a job's table the job's file says it.");
  public static final Key<List<PartitionTerm>> PARTITIONS =
      Key.list(
          "partitions",
          Values.of("column, or function of a column", PartitionTerm::parse),
          "A column, `bucket(N, column)`, `truncate(N, column)`, `year(column)`, `month(column)`,"
              + " `day(column)` or `hour(column)`. A job's table begins with `dt`, which is all of it"
              + " when left out.");
  static final Key<List<SortTerm>> SORT =
      Key.list(
          "sort",
          Values.of("column, or column desc", SortTerm::parse),
          "The order of rows inside a file, which lets readers skip most of a file.");
  static final Key<TableSpec.Distribution> DISTRIBUTION =
      Key.optional(
          "distribution",
          Values.oneOf(TableSpec.Distribution.class),
          "How every writer gathers rows before it writes: not at all, by partition, or by sort"
              + " order. Left out, a micro-batch of few days is not gathered.");
  public static final Key<String> RETENTION =
      Key.optional(
          "retention",
          Values.of("whole days", TableKeys::days),
          "How long a business day is kept. Recorded as `tidemark.retention`; nothing is deleted by"
              + " declaring it.");
  static final Key<String> FRESHNESS =
      Key.optional(
          "freshness",
          Values.of(
              "duration, more than 0",
              text -> {
                Durations.parsePositive(text);
                return text;
              }),
          "How old the newest rows may be. Recorded as `tidemark.freshness`.");
  public static final Key<Map<String, String>> PROPERTIES =
      Key.map(
          "properties",
          Values.ANY_TEXT,
          "Further table properties of Iceberg. One that is taken out of the file is taken out of"
              + " the table.");

  /** Everything that may stand in a file below {@code conf/tables}. */
  public static final Keys KEYS =
      Keys.of(
          TABLE,
          DESCRIPTION,
          OWNER,
          COLUMNS,
          KEYS_OF_ROWS,
          PARTITIONS,
          SORT,
          DISTRIBUTION,
          RETENTION,
          FRESHNESS,
          PROPERTIES);

  private TableKeys() {}

  private static TableName table(String text) {
    if (!text.matches("[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "is not a table; write layer.name in lower case with underscores, dwd.reading_event for"
              + " example");
    }
    return TableName.parse(text);
  }

  private static String days(String text) {
    Duration kept = Durations.parsePositive(text);
    if (kept.toDays() * Duration.ofDays(1).toSeconds() != kept.toSeconds() || kept.getNano() > 0) {
      throw new IllegalArgumentException(
          "is not a number of whole days; days are kept or dropped whole, so write 730 days for"
              + " example");
    }
    return text;
  }
}
