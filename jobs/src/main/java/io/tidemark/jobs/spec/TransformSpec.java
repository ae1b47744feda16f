package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.List;

/**
 * Cleans rows by SQL, row by row, and keeps the first received of those that share a key within a
 * business day.
 *
 * @param input table read, an ODS or DWD table that another job writes
 * @param sql {@code SELECT ..., source.* FROM input [WHERE ...]}
 * @param lookups dimensions whose columns the SQL may use
 * @param dedupeKey columns of the result; empty to keep every row
 * @param reconcile what is made of a comparison of stream and batch
 */
public record TransformSpec(
    String name,
    String description,
    String owner,
    TableName input,
    String sql,
    List<LookupSpec> lookups,
    List<String> dedupeKey,
    TableName output,
    ReconcilePolicy reconcile)
    implements JobSpec {
  public TransformSpec {
    lookups = List.copyOf(lookups);
    dedupeKey = List.copyOf(dedupeKey);
  }

  /** A transform that looks nothing up. */
  public TransformSpec(
      String name,
      String description,
      String owner,
      TableName input,
      String sql,
      List<String> dedupeKey,
      TableName output,
      ReconcilePolicy reconcile) {
    this(name, description, owner, input, sql, List.of(), dedupeKey, output, reconcile);
  }
}
