package io.tidemark.reconciliation.diff;

import io.tidemark.catalog.config.Suggestions;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.Closeness;
import io.tidemark.reconciliation.plan.MetricColumn;
import io.tidemark.reconciliation.plan.RowComparison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds out which columns two relations are compared by, and makes their types the same. */
final class DiffColumns {
  private final StructType left;
  private final StructType right;
  private final Diff.Request request;
  private final List<String> problems = new ArrayList<>();
  private final List<String> leftSql = new ArrayList<>();
  private final List<String> rightSql = new ArrayList<>();

  DiffColumns(StructType left, StructType right, Diff.Request request) {
    this.left = left;
    this.right = right;
    this.request = request;
  }

  /**
   * The comparison.
   *
   * @throws DiffRefusedException with every problem
   */
  RowComparison comparison() {
    request.keys().forEach(key -> column(key, "key", null));
    List<String> names = request.columns().isEmpty() ? common() : request.columns();
    List<MetricColumn> columns = new ArrayList<>();
    for (String name : names) {
      if (has(request.keys(), name)) {
        problems.add("column '" + name + "' is a key, which is compared anyway; leave it out");
        continue;
      }
      Closeness closeness = closeness(name);
      column(name, "column", closeness)
          .ifPresent(
              type ->
                  columns.add(
                      new MetricColumn(
                          name, type.type(), type.scale(), "SUM", Optional.ofNullable(closeness))));
    }
    request.tolerances().keySet().stream()
        .filter(name -> !has(names, name))
        .forEach(
            name ->
                problems.add(
                    "tolerance of '%s', which is not compared; %s"
                        .formatted(
                            name,
                            Suggestions.didYouMean(
                                name, names, "compared are " + String.join(", ", names)))));
    refuseTwice(names);
    RowComparison.namesInTheWay(request.keys(), names).stream()
        .map(
            name ->
                "column '%s' has a name that the comparison gives to a column of its own; compare a view or a query that renames it, or leave it out by --columns"
                    .formatted(name))
        .forEach(problems::add);
    if (!problems.isEmpty()) {
      throw new DiffRefusedException(problems);
    }
    return new RowComparison(request.keys(), columns);
  }

  /** Columns are found whatever the case of their letters, and so are their tolerances. */
  private Closeness closeness(String name) {
    return request.tolerances().entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private void refuseTwice(List<String> names) {
    for (List<String> list : List.of(request.keys(), names)) {
      for (int i = 0; i < list.size(); i++) {
        if (has(list.subList(0, i), list.get(i))) {
          problems.add("column '" + list.get(i) + "' is named twice; name it once");
        }
      }
    }
  }

  /** The rows of the left side in the columns that are compared. */
  Dataset<Row> ofLeft(Dataset<Row> rows) {
    return rows.selectExpr(leftSql.toArray(String[]::new));
  }

  /** The rows of the right side likewise. */
  Dataset<Row> ofRight(Dataset<Row> rows) {
    return rows.selectExpr(rightSql.toArray(String[]::new));
  }

  /** Columns that one side alone has, of which nothing is compared. */
  static Map<String, List<String>> onOneSide(StructType left, StructType right) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    found.put("left", names(left).stream().filter(name -> !has(names(right), name)).toList());
    found.put("right", names(right).stream().filter(name -> !has(names(left), name)).toList());
    return found;
  }

  private List<String> common() {
    return names(left).stream()
        .filter(name -> has(names(right), name) && !has(request.keys(), name))
        .toList();
  }

  private Optional<CommonType> column(String name, String what, Closeness closeness) {
    Optional<StructField> ofLeft = field(left, name, what, request.left());
    Optional<StructField> ofRight = field(right, name, what, request.right());
    if (ofLeft.isEmpty() || ofRight.isEmpty()) {
      return Optional.empty();
    }
    Optional<CommonType> common =
        CommonType.of(ofLeft.get().dataType(), ofRight.get().dataType(), closeness != null);
    if (common.isEmpty()) {
      problems.add(
          "%s '%s' is %s on the left and %s on the right%s; name other columns by --columns"
              .formatted(
                  what,
                  name,
                  ofLeft.get().dataType().simpleString(),
                  ofRight.get().dataType().simpleString(),
                  closeness == null
                      ? ", which cannot be compared"
                      : ", of which a tolerance says nothing"));
    } else {
      leftSql.add(aligned(common.get().left(), ofLeft.get(), name));
      rightSql.add(aligned(common.get().right(), ofRight.get(), name));
    }
    return common;
  }

  private static String aligned(String template, StructField field, String name) {
    return template.formatted(Sql.name(field.name())) + " AS " + Sql.name(name);
  }

  private Optional<StructField> field(StructType schema, String name, String what, String side) {
    Optional<StructField> found =
        Arrays.stream(schema.fields())
            .filter(field -> field.name().equalsIgnoreCase(name))
            .findFirst();
    if (found.isEmpty()) {
      problems.add(
          "%s has no %s '%s'; %s"
              .formatted(
                  side,
                  what.equals("key") ? "key column" : what,
                  name,
                  Suggestions.didYouMean(
                      name, names(schema), "it has " + String.join(", ", names(schema)))));
    }
    return found;
  }

  private static List<String> names(StructType schema) {
    return List.of(schema.fieldNames());
  }

  private static boolean has(List<String> names, String name) {
    return names.stream().anyMatch(name::equalsIgnoreCase);
  }
}
