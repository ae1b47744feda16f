package io.tidemark.tags.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.ColumnType;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the users' tags are: a row a user, or a row a user and day.
 *
 * @param table the Iceberg table
 * @param day the column that says of which day a row is; empty where the table holds only the
 *     latest tags, and those of another day are in its snapshots
 * @param columns the tags
 */
public record TagTable(TableName table, String day, Map<String, Tag> columns) {
  /**
   * A tag.
   *
   * @param type of one value
   * @param multiple whether a user has any number of values, in an array
   */
  public record Tag(ColumnType type, boolean multiple) implements Serializable {}

  public TagTable {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }
}
