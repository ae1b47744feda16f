package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.history.MetricType.Kind;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Cells as the rows of a result. */
public final class ResultRows {
  private final ResultShape shape;
  private final List<Dictionary> dictionaries;

  /**
   * The rows of a result.
   *
   * @param dictionaries of the set's tags, in their order
   */
  public ResultRows(ResultShape shape, List<Dictionary> dictionaries) {
    this.shape = shape;
    this.dictionaries = List.copyOf(dictionaries);
  }

  /**
   * Passes on the rows of some groups, by group and day, in the order of the result's columns. The
   * array is used again for the next row.
   *
   * @param first the first of the groups
   * @throws ArithmeticException when a sum is more than its column holds
   */
  public void forEach(CellSums sums, int first, int groups, Consumer<Object[]> rows) {
    CellShape cells = shape.cells();
    Object[] row = new Object[shape.columns().size()];
    for (int group = 0; group < groups; group++) {
      tags(first + group, row);
      for (int day = 0; day < cells.days(); day++) {
        if (sums.isPresent(group, day)) {
          fill(row, sums, group, day);
          rows.accept(row);
        }
      }
    }
  }

  private void fill(Object[] row, CellSums sums, int group, int day) {
    CellShape cells = shape.cells();
    int next = dictionaries.size();
    row[next++] = LocalDate.ofEpochDay(cells.window().firstDay() + (long) day);
    row[next++] = sums.users(group, day);
    for (int metric = 0; metric < cells.types().size(); metric++) {
      row[next++] = sum(row, sums, group, day, metric);
    }
    for (int window = 0; window < cells.measures().rolling().size(); window++) {
      row[next++] = sums.rolling(group, day, window);
    }
    for (int distance = 0; distance < cells.measures().retention().size(); distance++) {
      // Whether they come back is not known yet.
      boolean known = day + cells.measures().retention().get(distance) < cells.days();
      row[next++] = known ? sums.retained(group, day, distance) : null;
    }
    for (int metric = 0; shape.valued() && metric < cells.types().size(); metric++) {
      row[next++] = sums.valued(group, day, metric);
    }
  }

  /** The row of a group on a day, which is present. */
  Object[] row(CellSums sums, int first, int group, int day) {
    Object[] row = new Object[shape.columns().size()];
    tags(first + group, row);
    fill(row, sums, group, day);
    return row;
  }

  /** The tags of a group. */
  List<Object> group(int group) {
    Object[] row = new Object[dictionaries.size()];
    tags(group, row);
    return Arrays.asList(row);
  }

  private Object sum(Object[] row, CellSums sums, int group, int day, int metric) {
    try {
      return sums.sum(group, day, metric);
    } catch (ArithmeticException e) {
      List<Object> tags = Arrays.asList(row).subList(0, dictionaries.size());
      throw new ArithmeticException(
          "set %s, %s of group %s on %s: %s%s"
              .formatted(
                  shape.set(),
                  shape.metrics().get(metric),
                  tags,
                  row[dictionaries.size()],
                  e.getMessage(),
                  remedy(metric)));
    }
  }

  private String remedy(int metric) {
    return shape.cells().sumType(metric).kind() == Kind.INTEGER
        ? "; declare 'sums: { %s: \"decimal(38,0)\" }' in the history's file"
            .formatted(shape.metrics().get(metric))
        : "";
  }

  /** The tags of a group, the last running. */
  private void tags(int group, Object[] row) {
    int rest = group;
    for (int tag = dictionaries.size() - 1; tag >= 0; tag--) {
      Dictionary dictionary = dictionaries.get(tag);
      row[tag] = dictionary.value(rest % dictionary.size());
      rest /= dictionary.size();
    }
  }
}
