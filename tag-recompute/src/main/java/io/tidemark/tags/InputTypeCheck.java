package io.tidemark.tags;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.cli.DeclarationCheck;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/** Compares the types that histories declare of their inputs with what the jobs give. */
public final class InputTypeCheck implements DeclarationCheck {
  @Override
  public List<Problem> problems(Workspace workspace) {
    return workspace.declarations().of(HistorySpec.class).stream()
        .flatMap(history -> problems(workspace, history).stream())
        .toList();
  }

  /** What is wrong with one history. */
  public static List<Problem> problems(Workspace workspace, HistorySpec history) {
    List<Problem> problems = new ArrayList<>();
    history
        .inputs()
        .forEach(
            (table, metrics) -> {
              Optional<JobSpec> writer = workspace.jobs().writerOf(table);
              writer
                  .map(workspace.tables()::schema)
                  .ifPresent(columns -> problems.addAll(problems(history, table, columns)));
            });
    return problems;
  }

  static List<Problem> problems(HistorySpec history, TableName table, StructType columns) {
    List<Problem> problems = new ArrayList<>();
    DataType user = columns.apply(history.user()).dataType();
    if (history.userType() == UserType.BIGINT && !isWhole(user)) {
      problems.add(
          problem(
              history,
              "user-type",
              "bigint",
              "does not hold %s of %s, which is %s; write string"
                  .formatted(history.user(), table, user.sql().toLowerCase(Locale.ROOT))));
    }
    for (Map.Entry<String, MetricType> metric : history.inputs().get(table).entrySet()) {
      DataType found = columns.apply(metric.getKey()).dataType();
      if (!holds(metric.getValue(), found)) {
        problems.add(
            problem(
                history,
                "inputs." + table + "." + metric.getKey(),
                metric.getValue().toString(),
                "cannot hold what the job gives; write " + declared(found)));
      }
    }
    return problems;
  }

  /** A decimal's digits are counted value by value: sums are declared wider than they become. */
  private static boolean holds(MetricType type, DataType column) {
    return switch (type.kind()) {
      case INTEGER -> isWhole(column);
      case DOUBLE -> isFloating(column);
      case DECIMAL ->
          isWhole(column)
              || column instanceof DecimalType decimal && decimal.scale() <= type.scale();
    };
  }

  private static boolean isWhole(DataType column) {
    return column.equals(DataTypes.LongType) || column.equals(DataTypes.IntegerType);
  }

  private static boolean isFloating(DataType column) {
    return column.equals(DataTypes.DoubleType) || column.equals(DataTypes.FloatType);
  }

  /** How a column's type is declared here. */
  private static String declared(DataType column) {
    if (column instanceof DecimalType decimal) {
      return "decimal(" + decimal.precision() + "," + decimal.scale() + "), or with fewer digits";
    }
    return isFloating(column) ? "double" : "bigint";
  }

  private static Problem problem(HistorySpec history, String key, String value, String remedy) {
    return new Problem("history " + history.name(), key, value, remedy);
  }
}
