package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What columns have been called, for rows that name columns as they were when the row was written.
 * The tables are looked at once, when it is first asked for.
 */
final class ColumnNames implements Function<String, Set<String>> {
  private final Lakehouse lake;
  private final List<TableName> names;
  private List<Table> tables;

  /**
   * @param names tables that have the columns; those that are not there yet say nothing
   */
  ColumnNames(Lakehouse lake, List<TableName> names) {
    this.lake = lake;
    this.names = List.copyOf(names);
  }

  @Override
  public synchronized Set<String> apply(String column) {
    if (tables == null) {
      tables = names.stream().filter(lake::exists).map(lake::load).toList();
    }
    return tables.stream().flatMap(table -> of(table, column).stream()).collect(Collectors.toSet());
  }

  /** All names that a column of a table has had; none when there is no such column. */
  static Set<String> of(Table table, String column) {
    NestedField field = table.schema().findField(column);
    return field == null
        ? Set.of()
        : table.schemas().values().stream()
            .map(schema -> schema.findColumnName(field.fieldId()))
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
  }
}
