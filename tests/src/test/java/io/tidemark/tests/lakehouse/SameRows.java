package io.tidemark.tests.lakehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Two sides that must have the same rows, each as often; each is computed once. */
public final class SameRows {
  private SameRows() {}

  /**
   * Compares main with the batch, which must have rows.
   *
   * @param what said in a failure: the job, and how to see it again
   */
  public static void assertSame(String what, Dataset<Row> main, Dataset<Row> offline) {
    Map<List<Object>, Long> stream = counted(main);
    Map<List<Object>, Long> batch = counted(offline);
    assertThat(batch).as("%s: rows of the batch", what).isNotEmpty();
    assertThat(missing(stream, batch))
        .as("%s: rows of main that the batch does not have", what)
        .isEmpty();
    assertThat(missing(batch, stream))
        .as("%s: rows of the batch that main does not have", what)
        .isEmpty();
  }

  /** The rows as a multiset: each with how often it is there. */
  private static Map<List<Object>, Long> counted(Dataset<Row> rows) {
    Map<List<Object>, Long> counted = new HashMap<>();
    for (Row row : rows.collectAsList()) {
      List<Object> values = new ArrayList<>(row.size());
      for (int i = 0; i < row.size(); i++) {
        values.add(row.get(i));
      }
      counted.merge(values, 1L, Long::sum);
    }
    return counted;
  }

  /** Rows of which {@code left} has more than {@code right}. */
  private static List<List<Object>> missing(
      Map<List<Object>, Long> left, Map<List<Object>, Long> right) {
    return left.entrySet().stream()
        .filter(row -> row.getValue() > right.getOrDefault(row.getKey(), 0L))
        .map(Map.Entry::getKey)
        .limit(5)
        .toList();
  }
}
