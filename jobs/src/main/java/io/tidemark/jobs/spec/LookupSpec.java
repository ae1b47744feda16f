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
 * @param asOf whether a row finds what was valid at its event time, and not what is there now
 * @param lateness of a history, how long before a change was received a row happened that it still
 *     corrects, at most; where rows wait, how long they do; {@code null} otherwise
 * @param unknown what becomes of a row whose key is not there
 * @param cacheRows rows that are kept of a dimension between micro-batches, at most
 */
public record LookupSpec(
    String name,
    TableName table,
    Map<String, String> key,
    Map<String, ColumnType> columns,
    boolean asOf,
    Duration lateness,
    UnknownKey unknown,
    long cacheRows) {
  /** What is kept where nothing is declared. */
  private static final long DEFAULT_CACHE_ROWS = 200_000;

  public LookupSpec {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** A dimension that is looked up as it is now, and in which not all keys have to be. */
  public LookupSpec(
      String name, TableName table, Map<String, String> key, Map<String, ColumnType> columns) {
    this(name, table, key, columns, false, null, UnknownKey.KEEP, DEFAULT_CACHE_ROWS);
  }

  /** Whether a row that finds nothing is held back. */
  public boolean holdsBack() {
    return unknown != UnknownKey.KEEP;
  }

  /** Whether a row that finds nothing is looked up again when the dimension has another version. */
  public boolean waits() {
    return unknown == UnknownKey.PARK && !asOf;
  }
}
