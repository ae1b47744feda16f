package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.Objects;

/**
 * A table that a transform reads, and what it makes of its rows.
 *
 * @param table an ODS or DWD table that another job writes
 * @param sql {@code SELECT ..., source.* FROM input [WHERE ...]}
 */
public record TransformInput(TableName table, String sql) {
  public TransformInput {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(sql, "sql");
  }
}
