package io.tidemark.catalog.table;

import io.tidemark.catalog.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table's file below {@code conf/tables}. For a table that a job writes it says what the job does
 * not; a table that no job writes is declared by it alone.
 *
 * @param file the file, as messages name it
 * @param table the table
 * @param description what it holds; {@code null} when left out
 * @param owner who answers for it; {@code null} when left out
 * @param columns by name, in the order written; fields inside a column by their path with dots
 * @param keys columns that tell its rows apart; may be empty
 * @param partitions its partitioning; empty when left out
 * @param sort the order of rows in its files; empty when left out
 * @param distribution how writers gather rows; {@code null} when left out
 * @param retention how long a business day is kept, as written; {@code null} when left out
 * @param freshness how old its newest rows may be, as written; {@code null} when left out
 * @param properties further table properties
 */
public record TableSpec(
    String file,
    TableName table,
    String description,
    String owner,
    Map<String, Column> columns,
    List<String> keys,
    List<PartitionTerm> partitions,
    List<SortTerm> sort,
    Distribution distribution,
    String retention,
    String freshness,
    Map<String, String> properties) {

  /** How rows are gathered before they are written. */
  public enum Distribution {
    NONE,
    HASH,
    RANGE
  }

  /**
   * One column.
   *
   * @param type its type as written; {@code null} when left out
   * @param required whether it is never NULL
   * @param comment what it holds; {@code null} when left out, empty to remove the one there is
   * @param renamedFrom the name it had before; {@code null} when it had none
   */
  public record Column(String type, boolean required, String comment, String renamedFrom) {}

  public TableSpec {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    keys = List.copyOf(keys);
    partitions = List.copyOf(partitions);
    sort = List.copyOf(sort);
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }
}
