package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import io.tidemark.catalog.table.TableKeys;
import java.util.Map;

/** The keys of a lookup: the dimension that rows are looked up in. */
final class LookupKeys {
  static final Key<TableName> TABLE =
      Key.required(
          "table", TableKeys.TABLE_NAME, "The dimension: an Iceberg table that no job writes.");
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
  static final Key<Map<String, Section>> LOOKUP =
      new Key<>(
          "lookup",
          Structures.mapOf(Structures.section(Keys.of(TABLE, KEY, COLUMNS))),
          false,
          Map.of(),
          "",
          "Dimensions that rows are looked up in; each micro-batch and each batch reads one snapshot"
              + " of them and records it. See [dimensions](dimensions.md).");

  private LookupKeys() {}
}
