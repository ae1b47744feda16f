package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.Sql;
import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Values in SQL text. */
final class SqlText {
  private SqlText() {}

  /** A string literal, whatever is in the string; NULL for {@code null}. */
  static String literal(String value) {
    return value == null ? "NULL" : Sql.text(value);
  }

  /** What {@code each} makes of the items, joined by a separator. */
  static <T> String joined(Collection<T> items, String separator, Function<T, String> each) {
    return items.stream().map(each).collect(Collectors.joining(separator));
  }
}
