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

/** What a metric of a job may be declared with: one of the functions, or one of the registry. */
final class MetricKeys {
  /** The functions in the order the reference page lists them. */
  static final Map<Function, Key<String>> BY_FUNCTION = byFunction();

  static final Key<String> METRIC =
      Key.optional(
          "metric",
          Values.IDENTIFIER,
          "A metric of the [registry](metrics.md) by its name; `readers: reading_readers` is short"
              + " for `readers: { metric: reading_readers }`.");

  static final Key<Map<String, String>> WHERE =
      Key.map(
          "where",
          Values.TEXT,
          "Columns of the input, each with the value that it has in the rows that count; all rows"
              + " do when left out. With it values of a column become columns of the table. Not with"
              + " `metric`.");

  static final Key<String> TIME =
      Key.optional(
          "time",
          Values.IDENTIFIER,
          "A timestamp of the input, by which a row is in a window of this metric; the event time"
              + " when left out. See [metrics](metrics.md#a-time-of-its-own). Not with `metric`.");

  static final Keys KEYS =
      Keys.of(
          Stream.concat(BY_FUNCTION.values().stream(), Stream.of(METRIC, WHERE, TIME))
              .toArray(Key<?>[]::new));

  /** Of which a metric declares exactly one. */
  static List<String> alternatives() {
    return Stream.concat(BY_FUNCTION.values().stream(), Stream.of(METRIC)).map(Key::name).toList();
  }

  private MetricKeys() {}

  /** The functions that are declared; a sound metric has one, or none and something else. */
  static List<Function> declared(Section section) {
    return Stream.of(Function.values()).filter(f -> section.has(BY_FUNCTION.get(f))).toList();
  }

  /** The column, or {@code null} after a problem. */
  static String column(Section section, Function function) {
    return section.get(BY_FUNCTION.get(function));
  }

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
    put(
        keys,
        Function.APPROXIMATE_DISTINCT,
        "The same, estimated: exact up to 4,096 values, of more within 3.2 % in 95 of 100 cases. It"
            + " reads nothing of earlier rows, and its sketches can be merged over windows and"
            + " dimensions.");
    return keys;
  }

  private static void put(Map<Function, Key<String>> keys, Function function, String doc) {
    keys.put(
        function,
        Key.optional(Values.text(function), Values.of("column", MetricKeys::column), doc));
  }

  /** A column's name, as it is written. */
  static String column(String text) {
    if (text.matches("[a-z][a-z0-9_]*")) {
      return text;
    }
    throw new IllegalArgumentException(
        "is not a column; use lower-case letters, digits and underscores");
  }
}
