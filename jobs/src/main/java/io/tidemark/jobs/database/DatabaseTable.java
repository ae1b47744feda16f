package io.tidemark.jobs.database;

import java.util.List;

/**
 * A table as the database describes it.
 *
 * @param comment what the database says of it; empty without
 * @param bytes it takes at the source, its partitions included
 * @param partitioned whether its rows are in other tables
 * @param identity which columns of an old row its log has
 * @param keys the primary key, and unique indexes that can take its place; the best first
 */
public record DatabaseTable(
    String schema,
    String name,
    String comment,
    long bytes,
    boolean partitioned,
    Identity identity,
    List<Column> columns,
    List<UniqueKey> keys) {
  /** PostgreSQL's REPLICA IDENTITY. */
  public enum Identity {
    /** Those of the primary key, if there is one. */
    DEFAULT,
    /** None: updates and deletes are refused once the table is published. */
    NOTHING,
    /** All. */
    FULL,
    /** Those of an index. */
    INDEX
  }

  /**
   * A column.
   *
   * @param type as the database spells it, {@code numeric(12,2)} or {@code integer[]}; of a domain
   *     the type behind it
   * @param isEnum whether the type, or that of an array's elements, is an enumeration
   * @param generated whether the database computes it
   * @param comment empty without
   */
  public record Column(
      String name, String type, boolean isEnum, boolean generated, String comment) {}

  /**
   * Columns that are never NULL and tell rows apart.
   *
   * @param index that makes sure of it
   * @param primary whether it is the primary key
   * @param identity whether it is the table's REPLICA IDENTITY
   */
  public record UniqueKey(String index, List<String> columns, boolean primary, boolean identity) {
    public UniqueKey {
      columns = List.copyOf(columns);
    }
  }

  public DatabaseTable {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
  }

  /** {@code schema.name}. */
  public String qualified() {
    return schema + "." + name;
  }
}
