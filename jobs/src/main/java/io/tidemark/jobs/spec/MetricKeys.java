package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Values;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The functions a metric may be declared with, one key each. */
final class MetricKeys {
  private static final Map<Function, Key<String>> BY_FUNCTION = byFunction();

  static final Keys KEYS = Keys.of(BY_FUNCTION.values().toArray(Key<?>[]::new));

  private MetricKeys() {}

  /** The metric, or {@code null} after a problem. */
  static MetricSpec read(String name, Section section) {
    List<Function> declared =
        Stream.of(Function.values()).filter(f -> section.has(BY_FUNCTION.get(f))).toList();
    if (section.sound() && declared.size() != 1) {
      section.refuse(
          "declares "
              + declared.size()
              + " functions; write exactly one of "
              + String.join(", ", KEYS.names()));
    }
    return section.build(
        () -> new MetricSpec(name, declared.get(0), section.get(BY_FUNCTION.get(declared.get(0)))));
  }

  /** The functions in the order the reference page lists them. */
  private static Map<Function, Key<String>> byFunction() {
    Map<Function, Key<String>> keys = new EnumMap<>(Function.class);
    keys.put(
        Function.COUNT,
        Key.optional(
            "count",
            Values.of("column or *", text -> text.equals("*") ? text : column(text)),
            "Rows (`\"*\"`), or rows in which the column is not NULL."));
    put(keys, Function.SUM, "Sum of a numeric column.");
    put(keys, Function.MIN, "Smallest value of a column.");
    put(keys, Function.MAX, "Largest value of a column.");
    put(keys, Function.AVERAGE, "Mean of a numeric column.");
    put(keys, Function.DISTINCT, "Exact number of different values of a column.");
    return keys;
  }

  private static void put(Map<Function, Key<String>> keys, Function function, String doc) {
    keys.put(
        function,
        Key.optional(Values.text(function), Values.of("column", MetricKeys::column), doc));
  }

  private static String column(String text) {
    if (text.matches("[a-z][a-z0-9_]*")) {
      return text;
    }
    throw new IllegalArgumentException(
        "is not a column; use lower-case letters, digits and underscores");
  }
}
