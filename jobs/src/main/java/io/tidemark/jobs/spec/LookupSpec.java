package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dimension that a transform looks its rows up in: a table that somebody else maintains, and that
 * has at most one row of each key.
 *
 * @param name what the SQL calls it: {@code name.column}
 * @param table an Iceberg table that no job writes
 * @param key its key columns, each with the column of the input that it is compared with
 * @param columns the columns that the SQL may use, with their types
 */
public record LookupSpec(
    String name, TableName table, Map<String, String> key, Map<String, ColumnType> columns) {
  public LookupSpec {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }
}
