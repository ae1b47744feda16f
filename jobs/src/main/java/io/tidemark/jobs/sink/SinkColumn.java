package io.tidemark.jobs.sink;

import io.tidemark.jobs.spec.ColumnType;
import java.util.Objects;
import java.util.Optional;

/**
 * A column that a sink writes.
 *
 * @param name as in the table read
 * @param sql its type as SQL spells it, for people
 * @param type nothing for one that has a form in JSON alone: a list, a map, a structure, bytes
 */
public record SinkColumn(String name, String sql, Optional<ColumnType> type) {
  public SinkColumn {
    Objects.requireNonNull(name, "name");
  }

  /** The column of a type that SQL spells so. */
  public static SinkColumn of(String name, String sql) {
    return new SinkColumn(name, sql, typeOf(sql));
  }

  private static Optional<ColumnType> typeOf(String sql) {
    try {
      return Optional.of(ColumnType.parse(sql));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }
}
