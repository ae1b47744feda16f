package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The keys of a rollup and of its metrics. */
final class RollupKeys {
  static final Key<List<String>> BY =
      Key.list(
          "by",
          Values.IDENTIFIER,
          "Dimensions of the summary that the view keeps; one row of all when left out.");
  static final Key<List<String>> EACH =
      Key.list(
          "each",
          Values.IDENTIFIER,
          "Dimensions of the summary that tell apart, beside `by` and the window, what metrics are"
              + " computed over; over the others the summary is added up first. All when left out.");
  static final Key<Window> WINDOW =
      Key.optional(
          "window",
          Values.of("5 minutes, 1 hour or 1 day", Window::parse),
          "How the view cuts the day: the summary's window, which it is when left out, or a longer"
              + " one.");

  /** The functions in the order the reference page lists them. */
  static final Map<Function, Key<String>> BY_FUNCTION = byFunction();

  static final Key<Map<String, Comparison>> HAVING =
      Key.map(
          "having",
          Values.of("comparison, as '>= 3'", Comparison::parse),
          "Metrics of the summary, each with what it has to be, added up, in rows that count:"
              + " `>=`, `>`, `<=`, `<` or `=` and a number. All rows count when left out.");

  private static final Keys METRIC_KEYS =
      Keys.of(
          Stream.concat(BY_FUNCTION.values().stream(), Stream.of(HAVING)).toArray(Key<?>[]::new));

  static final Key<Map<String, Section>> METRICS =
      Key.required(
          "metrics",
          Structures.mapOf(Structures.section(METRIC_KEYS)),
          "The view's metrics, each with exactly one function over what the summary has.");

  static final Keys KEYS = Keys.of(BY, EACH, WINDOW, METRICS);

  private RollupKeys() {}

  /** The functions that are declared; a sound metric has one. */
  static List<Function> declared(Section metric) {
    return BY_FUNCTION.keySet().stream().filter(f -> metric.has(BY_FUNCTION.get(f))).toList();
  }

  private static Map<Function, Key<String>> byFunction() {
    Map<Function, Key<String>> keys = new EnumMap<>(Function.class);
    keys.put(
        Function.COUNT,
        key(
            Function.COUNT,
            Values.of(
                "metric, dimension or *",
                text -> text.equals(RollupMetric.EVERY_ROW) ? text : MetricKeys.column(text)),
            "Rows (`\"*\"`), or rows in which a metric or a dimension is not NULL."));
    put(keys, Function.SUM, "metric", "Sum of a count or a sum; `row_count` is one, too.");
    put(keys, Function.MIN, "metric", "Smallest value that a row has of a metric.");
    put(keys, Function.MAX, "metric", "Largest value that a row has of a metric.");
    put(
        keys,
        Function.AVERAGE,
        "metric",
        "Mean of a count or a sum over rows, a double; of an average the mean of all that it is made"
            + " of, not of the averages.");
    put(
        keys,
        Function.DISTINCT,
        "dimension",
        "Exact number of different values of a dimension that is not in `by`.");
    put(
        keys,
        Function.APPROXIMATE_DISTINCT,
        "metric",
        "Estimate of different values, merged from an approximate distinct of the summary.");
    return keys;
  }

  private static void put(
      Map<Function, Key<String>> keys, Function function, String label, String doc) {
    keys.put(function, key(function, Values.of(label, MetricKeys::column), doc));
  }

  private static Key<String> key(Function function, ValueType<String> type, String doc) {
    return Key.optional(Values.text(function), type, doc);
  }
}
