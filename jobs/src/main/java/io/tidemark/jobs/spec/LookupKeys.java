package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import io.tidemark.catalog.table.TableKeys;
import java.time.Duration;
import java.util.Map;

/** The keys of a lookup: the dimension that rows are looked up in. */
final class LookupKeys {
  static final Key<TableName> TABLE =
      Key.required(
          "table",
          TableKeys.TABLE_NAME,
          "The dimension: an Iceberg table that no job writes, or with `as-of` that of a history.");
  static final Key<Map<String, String>> KEY =
      Key.required(
          "key",
          Structures.mapOf(Values.TEXT),
          "Columns of the dimension's key, each with the column of the input that it is compared"
              + " with. A key that is there twice is refused.");
  static final Key<Map<String, ColumnType>> COLUMNS =
      Key.required(
          "columns",
          Structures.mapOf(
              Values.of(
                  "string, boolean, int, bigint, double, decimal(p,s), date or timestamp",
                  ColumnType::parse)),
          "Columns of the dimension that the SQL uses as `NAME.COLUMN`, with their types; NULL for"
              + " a row that finds nothing.");

  /** The time that a row is looked up as of; there is one. */
  enum Time {
    EVENT_TIME
  }

  static final Key<Time> AS_OF =
      new Key<>(
          "as-of",
          Values.oneOf(Time.class),
          false,
          null,
          "",
          "`event-time`: a row finds what was valid at its event time, in the table of a history."
              + " Left out, it finds what is there now.");
  static final Key<Duration> LATENESS =
      Key.withDefault(
          "lateness",
          Values.POSITIVE_DURATION,
          "2 days",
          "With `as-of`: a change corrects rows that were written before it came, as far as they"
              + " happened no longer than this before the broker received it. With `unknown: park`:"
              + " rows wait so long, from when the broker received them. Older ones are left to the"
              + " batch.");
  static final Key<UnknownKey> UNKNOWN =
      Key.withDefault(
          "unknown",
          Values.oneOf(UnknownKey.class),
          "keep",
          "What becomes of a row whose key the dimension does not have: `keep` writes it with NULL,"
              + " `park` holds it back until the dimension has the key, `dead-letter` holds it back"
              + " for people to look at. See [unknown keys](dimensions.md#unknown-keys).");
  static final Key<Long> CACHE_ROWS =
      Key.withDefault(
          "cache-rows",
          Values.POSITIVE_LONG,
          "200000",
          "A dimension of at most so many rows is kept whole while its snapshot stays; of a larger"
              + " one, the rows of so many keys that were looked up last. See"
              + " [the cache](dimensions.md#the-cache).");
  static final Key<Map<String, Section>> LOOKUP =
      new Key<>(
          "lookup",
          Structures.mapOf(
              Structures.section(
                  Keys.of(TABLE, KEY, COLUMNS, AS_OF, LATENESS, UNKNOWN, CACHE_ROWS))),
          false,
          Map.of(),
          "",
          "Dimensions that rows are looked up in; each micro-batch and each batch reads one snapshot"
              + " of them and records it. See [dimensions](dimensions.md).");

  private LookupKeys() {}
}
