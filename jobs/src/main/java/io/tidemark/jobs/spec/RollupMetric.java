package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Values;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A metric of a rollup, computed over the rows that its summary has by the rollup's dimensions.
 *
 * @param name column of the view
 * @param function what is computed
 * @param column a metric of the summary; of a count and a distinct a dimension, or {@code *} for
 *     all rows, which only a count takes
 * @param having metrics of the summary with what they have to be in rows that count; empty where
 *     all rows do
 */
public record RollupMetric(
    String name, Function function, String column, SortedMap<String, Comparison> having) {
  /** What stands for all rows. */
  static final String EVERY_ROW = "*";

  public RollupMetric {
    having = Collections.unmodifiableSortedMap(new TreeMap<>(having));
  }

  /** Whether it is over rows as such, and not over values of them. */
  public boolean ofEveryRow() {
    return column.equals(EVERY_ROW);
  }

  /** The columns of the summary that it is made of. */
  public List<String> columns() {
    return Stream.concat(Stream.of(column), having.keySet().stream())
        .filter(each -> !each.equals(EVERY_ROW))
        .distinct()
        .toList();
  }

  /** What it is, in one line. */
  public String definition() {
    String computed = Values.text(function) + "(" + column + ")";
    return having.isEmpty()
        ? computed
        : computed
            + " having "
            + having.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue().text())
                .collect(Collectors.joining(" and "));
  }
}
