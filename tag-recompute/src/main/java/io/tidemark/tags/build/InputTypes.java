package io.tidemark.tags.build;

import io.tidemark.catalog.TableName;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.plan.BuildRefusedException;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Checks that an input's columns hold what a history declares of them. */
final class InputTypes {
  private InputTypes() {}

  /**
   * Compares a table with what is declared of it.
   *
   * @throws BuildRefusedException naming every column that does not fit
   */
  static void check(HistorySpec spec, TableName input, Schema columns) {
    List<String> problems = new ArrayList<>();
    Type user = columns.findType(spec.user());
    if (user == null) {
      problems.add("has no column " + spec.user());
    } else if (spec.userType() == UserType.BIGINT ? !isWhole(user) : !user.isPrimitiveType()) {
      problems.add("has %s of type %s, declared is bigint".formatted(spec.user(), user));
    }
    spec.inputs()
        .get(input)
        .forEach(
            (metric, type) -> {
              Type there = columns.findType(metric);
              if (there == null) {
                problems.add("has no column " + metric);
              } else if (!fits(there, type)) {
                problems.add(
                    "has %s of type %s, which is not always a %s".formatted(metric, there, type));
              }
            });
    if (!problems.isEmpty()) {
      throw new BuildRefusedException(
          "%s, an input of history %s, %s; declare what it has"
              .formatted(input, spec.name(), String.join(", ", problems)));
    }
  }

  /** A decimal's digits are counted value by value: sums are declared wider than they become. */
  private static boolean fits(Type column, MetricType type) {
    return switch (type.kind()) {
      case INTEGER -> isWhole(column);
      case DOUBLE -> column.typeId() == Type.TypeID.DOUBLE || column.typeId() == Type.TypeID.FLOAT;
      case DECIMAL ->
          isWhole(column)
              || column instanceof Types.DecimalType decimal && decimal.scale() <= type.scale();
    };
  }

  private static boolean isWhole(Type type) {
    return type.typeId() == Type.TypeID.LONG || type.typeId() == Type.TypeID.INTEGER;
  }
}
