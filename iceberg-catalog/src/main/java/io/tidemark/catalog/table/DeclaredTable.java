package io.tidemark.catalog.table;

import io.tidemark.catalog.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * All that a table should be, whoever says it: its job, its file below {@code conf/tables}, or
 * both.
 *
 * @param name the table
 * @param schema its columns with their comments; ids of fields mean nothing here
 * @param renamedFrom path of a field to the last name it had before
 * @param partitions its partitioning, in order
 * @param sort the order of rows in its files; empty for none
 * @param properties properties it should have
 * @param initial properties it is created with, and that are left alone afterwards
 * @param offline whether a batch writes it too, into a branch of its own
 */
public record DeclaredTable(
    TableName name,
    Schema schema,
    Map<String, String> renamedFrom,
    List<PartitionTerm> partitions,
    List<SortTerm> sort,
    Map<String, String> properties,
    Map<String, String> initial,
    boolean offline) {
  /** Who answers for the table. */
  public static final String OWNER = "tidemark.owner";

  /** The columns that tell its rows apart, with commas. */
  public static final String KEYS = "tidemark.keys";

  /** How long a business day is kept, as declared. */
  public static final String RETENTION = "tidemark.retention";

  /** How old its newest rows may be, as declared. */
  public static final String FRESHNESS = "tidemark.freshness";

  /** The branch that a batch writes. */
  public static final String OFFLINE = "offline";

  static final String COMMENT = "comment";
  static final String DISTRIBUTION = "write.distribution-mode";

  /** What stands in {@link #MANAGED} for the sort order. */
  static final String SORT = "sort";

  /** Names what was declared when the table was last changed: only that is taken away again. */
  static final String MANAGED = "tidemark.declared";

  public DeclaredTable {
    renamedFrom = Map.copyOf(renamedFrom);
    partitions = List.copyOf(partitions);
    sort = List.copyOf(sort);
    properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    initial = Map.copyOf(initial);
  }

  /** A table of business days that needs no more to be said of it. */
  public static DeclaredTable ofDays(TableName name, Schema schema, Map<String, String> initial) {
    return partitionedBy(name, schema, PartitionTerm.DT, initial);
  }

  /** The same for a table that is partitioned by something else than the business day. */
  public static DeclaredTable partitionedBy(
      TableName name, Schema schema, PartitionTerm partition, Map<String, String> initial) {
    return new DeclaredTable(
        name, schema, Map.of(), List.of(partition), List.of(), Map.of(), initial, true);
  }

  /** A table that no job writes: its file says all of it. */
  public static DeclaredTable standingAlone(TableSpec file) {
    return new DeclaredTable(
            file.table(), schemaOf(file), Map.of(), List.of(), List.of(), Map.of(), Map.of(), false)
        .with(file);
  }

  /** The columns that a file declares; all of them have types. */
  public static Schema schemaOf(TableSpec file) {
    AtomicInteger ids = new AtomicInteger();
    List<NestedField> fields = new ArrayList<>();
    file.columns()
        .forEach(
            (name, column) -> {
              if (column.type() != null) {
                int id = ids.incrementAndGet();
                Type type = ColumnTypes.parse(column.type(), ids);
                fields.add(
                    column.required()
                        ? NestedField.required(id, name, type)
                        : NestedField.optional(id, name, type));
              }
            });
    return new Schema(fields);
  }

  /**
   * This table as its job describes it.
   *
   * @param description what it holds; empty for nothing
   * @param owner who answers for it; empty for nobody
   * @param keys columns that tell its rows apart; empty for none
   */
  public DeclaredTable described(String description, String owner, List<String> keys) {
    Map<String, String> all = new TreeMap<>(properties);
    put(all, COMMENT, description);
    put(all, OWNER, owner);
    put(all, KEYS, String.join(",", keys));
    return new DeclaredTable(name, schema, renamedFrom, partitions, sort, all, initial, offline);
  }

  /** This table with the given comments, by path of the field, where it has none. */
  public DeclaredTable commented(Map<String, String> comments) {
    return new DeclaredTable(
        name,
        SchemaComments.add(schema, comments),
        renamedFrom,
        partitions,
        sort,
        properties,
        initial,
        offline);
  }

  /** This table with what its file adds. */
  public DeclaredTable with(TableSpec file) {
    Map<String, String> comments = new TreeMap<>();
    Map<String, String> renames = new TreeMap<>();
    file.columns()
        .forEach(
            (path, column) -> {
              if (column.comment() != null) {
                comments.put(path, column.comment());
              }
              if (column.renamedFrom() != null) {
                renames.put(path, column.renamedFrom());
              }
            });
    Map<String, String> all = new TreeMap<>(properties);
    all.putAll(file.properties());
    put(all, COMMENT, file.description());
    put(all, OWNER, file.owner());
    put(all, KEYS, String.join(",", file.keys()));
    put(all, RETENTION, file.retention());
    put(all, FRESHNESS, file.freshness());
    if (file.distribution() != null) {
      all.put(DISTRIBUTION, file.distribution().name().toLowerCase(Locale.ROOT));
    }
    return new DeclaredTable(
        name,
        SchemaComments.add(schema, comments),
        renames,
        file.partitions().isEmpty() ? partitions : file.partitions(),
        file.sort(),
        all,
        initial,
        offline);
  }

  private static void put(Map<String, String> properties, String key, String value) {
    if (value != null && !value.isEmpty()) {
      properties.put(key, value);
    }
  }

  /**
   * Its partitioning.
   *
   * @throws RuntimeException of Iceberg when a column does not fit its function
   */
  PartitionSpec partitionSpec() {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    partitions.forEach(term -> term.addTo(spec));
    return spec.build();
  }

  /** The order of rows in its files. */
  SortOrder sortOrder() {
    SortOrder.Builder order = SortOrder.builderFor(schema);
    sort.forEach(term -> term.addTo(order));
    return sort.isEmpty() ? SortOrder.unsorted() : order.build();
  }

  /** Value of {@link #MANAGED}: what of this table only declarations have set. */
  String managed() {
    TreeSet<String> names = new TreeSet<>(properties.keySet());
    if (!sort.isEmpty()) {
      names.add(SORT);
    }
    return String.join(",", names);
  }

  /**
   * Creates the table.
   *
   * @param defaults properties of every table, which declared ones win over
   * @throws org.apache.iceberg.exceptions.AlreadyExistsException when it is there
   */
  public void create(Catalog catalog, Map<String, String> defaults) {
    Map<String, String> all = new TreeMap<>(defaults);
    all.putAll(initial);
    all.putAll(properties);
    all.put(MANAGED, managed());
    catalog
        .buildTable(TableIdentifier.of(name.layer(), name.name()), schema)
        .withPartitionSpec(partitionSpec())
        .withSortOrder(sortOrder())
        .withProperties(all)
        .create();
  }
}
