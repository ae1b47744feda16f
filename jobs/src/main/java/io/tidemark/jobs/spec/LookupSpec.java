package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dimension that a transform looks its rows up in: a table that somebody else maintains, and that
 * has at most one row of each key; or a history, in which a row finds what was valid at its event
 * time.
 *
 * @param name what the SQL calls it: {@code name.column}
 * @param table an Iceberg table that no job writes, or that of a history
 * @param key its key columns, each with the column of the input that it is compared with
 * @param columns the columns that the SQL may use, with their types
 * @param lateness of a history, how long before a change was received a row happened that it still
 *     corrects, at most; {@code null} for a dimension that is looked up as it is now
 */
public record LookupSpec(
    String name,
    TableName table,
    Map<String, String> key,
    Map<String, ColumnType> columns,
    Duration lateness) {
  public LookupSpec {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** A dimension that is looked up as it is now. */
  public LookupSpec(
      String name, TableName table, Map<String, String> key, Map<String, ColumnType> columns) {
    this(name, table, key, columns, null);
  }

  /** Whether a row finds what was valid at its event time, and not what is there now. */
  public boolean asOf() {
    return lateness != null;
  }
}
