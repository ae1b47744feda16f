package io.tidemark.jobs.plan;

import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Small pieces of SQL text. */
final class Sql {
  private Sql() {}

  static String name(String identifier) {
    return "`" + identifier.replace("`", "``") + "`";
  }

  static String names(Collection<String> identifiers) {
    return list(identifiers, Sql::name);
  }

  static <T> String list(Collection<T> items, Function<T, String> each) {
    return items.stream().map(each).collect(Collectors.joining(", "));
  }

  /** Equality of keys in which NULL equals NULL, as GROUP BY has it. */
  static String sameKey(Collection<String> keys, String left, String right) {
    return keys.stream()
        .map(key -> left + "." + name(key) + " <=> " + right + "." + name(key))
        .collect(Collectors.joining(" AND "));
  }
}
