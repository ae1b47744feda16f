package io.tidemark.jobs.plan;

import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Small pieces of SQL text. */
public final class Sql {
  private Sql() {}

  /** A quoted identifier. */
  public static String name(String identifier) {
    return "`" + identifier.replace("`", "``") + "`";
  }

  /** A text literal. */
  public static String text(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** Quoted identifiers, separated by commas. */
  public static String names(Collection<String> identifiers) {
    return list(identifiers, Sql::name);
  }

  /** What {@code each} makes of the items, separated by commas. */
  public static <T> String list(Collection<T> items, Function<T, String> each) {
    return items.stream().map(each).collect(Collectors.joining(", "));
  }

  /** Equality of keys in which NULL equals NULL, as GROUP BY has it. */
  public static String sameKey(Collection<String> keys, String left, String right) {
    return keys.stream()
        .map(key -> left + "." + name(key) + " <=> " + right + "." + name(key))
        .collect(Collectors.joining(" AND "));
  }
}
