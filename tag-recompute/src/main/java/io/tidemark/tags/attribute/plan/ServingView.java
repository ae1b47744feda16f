package io.tidemark.tags.attribute.plan;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The view of a result: its columns, and beside them what is a division of two: averages per active
 * user, and rates of retention.
 */
public record ServingView(ResultShape shape) {
  /** The text for Spark. */
  public String inSpark(String relation) {
    return text(relation, name -> "`" + name + "`");
  }

  /** The same in the words of Trino. */
  public String inTrino(String relation) {
    return text(relation, name -> "\"" + name + "\"");
  }

  private String text(String relation, UnaryOperator<String> quoted) {
    Set<String> names = shape.columns().keySet();
    StringBuilder text = new StringBuilder("SELECT ");
    text.append(String.join(", ", names.stream().map(quoted).toList()));
    for (String metric : shape.metrics()) {
      divide(text, metric, metric + "_per_user", quoted);
    }
    for (int days : shape.cells().measures().retention()) {
      String retained = ResultShape.retained(days);
      divide(text, retained, retained + "_rate", quoted);
    }
    return text.append(" FROM ").append(relation).toString();
  }

  private void divide(
      StringBuilder text, String column, String name, UnaryOperator<String> quoted) {
    if (!new LinkedHashSet<>(shape.columns().keySet()).contains(name)) {
      text.append(
          ", CAST(%s AS DOUBLE) / NULLIF(%s, 0) AS %s"
              .formatted(
                  quoted.apply(column), quoted.apply(ResultShape.USERS), quoted.apply(name)));
    }
  }
}
