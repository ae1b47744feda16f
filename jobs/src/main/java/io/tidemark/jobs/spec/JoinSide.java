package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.List;
import java.util.Objects;

/**
 * One of the two tables that a join reads, and what it makes of its rows before they are joined.
 *
 * @param table an ODS table
 * @param sql {@code SELECT ..., source.* FROM input [WHERE ...]}
 * @param key columns of what the SQL gives: of rows that agree in them, in the columns joined on
 *     and in their event time the first received stays; empty to keep every row
 */
public record JoinSide(TableName table, String sql, List<String> key) {
  public JoinSide {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(sql, "sql");
    key = List.copyOf(key);
  }
}
