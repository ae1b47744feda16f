package io.tidemark.catalog.table;

import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.config.Values;
import io.tidemark.catalog.table.PartitionTerm.Function;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** Checks what a table's file says against the columns that the table will have. */
public final class TableSpecCheck {
  private static final Set<Function> TIMES =
      EnumSet.of(Function.YEAR, Function.MONTH, Function.DAY, Function.HOUR);

  private final TableSpec spec;
  private final Schema schema;
  private final List<Problem> problems = new ArrayList<>();

  private TableSpecCheck(TableSpec spec, Schema schema) {
    this.spec = spec;
    this.schema = schema;
  }

  /**
   * What is wrong.
   *
   * @param schema the columns, whoever declares them
   * @param first what the job that writes the table partitions it by first; nothing when no job
   *     does
   */
  public static List<Problem> check(TableSpec spec, Schema schema, Optional<PartitionTerm> first) {
    TableSpecCheck check = new TableSpecCheck(spec, schema);
    check.columns();
    spec.keys().forEach(column -> check.column(TableKeys.KEYS_OF_ROWS.name(), column, column));
    first.ifPresent(check::beginsWith);
    check.partitions();
    check.sort();
    boolean dropsDays =
        first.filter(PartitionTerm.DT::equals).isPresent()
            || spec.partitions().contains(PartitionTerm.DT);
    if (spec.retention() != null && !dropsDays) {
      check.refuse(
          TableKeys.RETENTION.name(),
          spec.retention(),
          "counts business days, by which the table is not partitioned; write 'partitions: [dt]' or"
              + " remove it");
    }
    return check.problems;
  }

  private void columns() {
    Map<String, String> renamed = new HashMap<>();
    spec.columns()
        .forEach(
            (path, column) -> {
              String key = TableKeys.COLUMNS.name() + "." + path;
              if (schema.findField(path) == null) {
                refuse(
                    key,
                    "",
                    "is not a column of " + spec.table() + "; " + didYouMean(path, paths()));
              } else if (column.renamedFrom() != null) {
                String prefix = path.substring(0, path.lastIndexOf('.') + 1);
                String before = prefix + column.renamedFrom();
                rename(key + "." + TableKeys.COLUMN_RENAMED_FROM.name(), column, before);
                String other = renamed.putIfAbsent(before, path);
                if (other != null) {
                  refuse(
                      key + "." + TableKeys.COLUMN_RENAMED_FROM.name(),
                      column.renamedFrom(),
                      "is what " + other + " was renamed from, too; keep one of them");
                }
              }
            });
  }

  private void rename(String key, TableSpec.Column column, String before) {
    if (schema.findField(before) != null) {
      refuse(
          key,
          column.renamedFrom(),
          "is the name of a column that is declared, too; a name can be given anew only after the"
              + " renaming was applied");
    }
  }

  private void beginsWith(PartitionTerm first) {
    if (!spec.partitions().isEmpty() && !spec.partitions().get(0).equals(first)) {
      refuse(
          TableKeys.PARTITIONS.name(),
          spec.partitions().get(0).toString(),
          "is not what the job's table is partitioned by first; write 'partitions: ["
              + first
              + ", ...]'");
    }
  }

  private void partitions() {
    String key = TableKeys.PARTITIONS.name();
    List<PartitionTerm> before = new ArrayList<>();
    for (PartitionTerm term : spec.partitions()) {
      if (before.contains(term)) {
        refuse(key, term.toString(), "is written twice; keep one of them");
      } else if (column(key, term.column(), term.toString())) {
        partition(key, term);
        before.stream()
            .filter(other -> sameKind(other, term))
            .findFirst()
            .ifPresent(
                other ->
                    refuse(key, term.toString(), "cuts what " + other + " cuts; keep one of them"));
      }
      before.add(term);
    }
  }

  /** Iceberg takes one function of a kind for a column, and one unit of time. */
  private static boolean sameKind(PartitionTerm one, PartitionTerm other) {
    return one.column().equals(other.column())
        && (one.function() == other.function()
            || TIMES.contains(one.function()) && TIMES.contains(other.function()));
  }

  private void partition(String key, PartitionTerm term) {
    if (TIMES.contains(term.function())
        && schema.findType(term.column()).equals(Types.TimestampType.withZone())) {
      refuse(
          key,
          term.toString(),
          "cuts a timestamp by UTC, whatever the warehouse's time zone; add a column with the day and"
              + " partition by that");
      return;
    }
    try {
      PartitionSpec.Builder one = PartitionSpec.builderFor(schema);
      term.addTo(one);
      one.build();
    } catch (ValidationException | IllegalArgumentException e) {
      refuse(
          key,
          term.toString(),
          "does not fit the column's type, "
              + ColumnTypes.text(schema.findType(term.column()))
              + "; use another function or column");
    }
  }

  private void sort() {
    List<String> columns = spec.sort().stream().map(SortTerm::column).toList();
    for (int i = 0; i < columns.size(); i++) {
      String shown = spec.sort().get(i).toString();
      if (columns.indexOf(columns.get(i)) < i) {
        refuse(TableKeys.SORT.name(), shown, "is written twice; keep one of them");
      } else if (column(TableKeys.SORT.name(), columns.get(i), shown)
          && !schema.findType(columns.get(i)).isPrimitiveType()) {
        refuse(TableKeys.SORT.name(), shown, "has no order; sort by columns with single values");
      }
    }
    if (spec.distribution() == TableSpec.Distribution.RANGE && columns.isEmpty()) {
      refuse(
          TableKeys.DISTRIBUTION.name(),
          Values.text(spec.distribution()),
          "gathers rows by sort order, and none is declared; write 'sort: [...]' or 'distribution:"
              + " hash'");
    }
  }

  private boolean column(String key, String column, String shown) {
    if (schema.asStruct().field(column) != null) {
      return true;
    }
    List<String> names = schema.columns().stream().map(Types.NestedField::name).toList();
    refuse(key, shown, "names no column of " + spec.table() + "; " + didYouMean(column, names));
    return false;
  }

  /** The paths of all fields. */
  private List<String> paths() {
    return TypeUtil.indexByName(schema.asStruct()).keySet().stream().sorted().toList();
  }

  private static String didYouMean(String written, Collection<String> names) {
    return Suggestions.didYouMean(written, names, "the columns are " + String.join(", ", names));
  }

  private void refuse(String key, String value, String remedy) {
    problems.add(new Problem(spec.file(), key, value, remedy));
  }
}
