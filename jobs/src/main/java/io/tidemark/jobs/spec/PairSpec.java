package io.tidemark.jobs.spec;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two relations that have to hold the same rows, whoever writes them: a summary and the table that
 * an application is served from, say.
 *
 * @param name what it is called
 * @param left one of them, as {@code diff} takes it
 * @param right the other one
 * @param key columns that rows are found by on the other side
 * @param columns what is compared; empty for all that both have
 * @param tolerance share of the keys that may differ, 0 to 1
 * @param where a condition on the rows of both sides; empty for all
 * @param close when two values of a column count as equal, where they need not be the same
 */
public record PairSpec(
    String name,
    String left,
    String right,
    List<String> key,
    List<String> columns,
    double tolerance,
    String where,
    Map<String, Closeness> close) {
  public PairSpec {
    key = List.copyOf(key);
    columns = List.copyOf(columns);
    close = Map.copyOf(new TreeMap<>(close));
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          "has no key, by which a row is found on the other side; write 'key: [column]'");
    }
    for (String column : close.keySet()) {
      if (key.contains(column) || !columns.isEmpty() && !columns.contains(column)) {
        throw new IllegalArgumentException(
            "has column " + column + " below close, which is not compared; name it among columns");
      }
    }
  }
}
