package io.tidemark.tags.attribute.plan;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What tells cells that were added up in full from those that were brought forward. */
public final class CellDifferences {
  /** Of a part of a result, as many are named. */
  private static final int NAMED = 10;

  private final ResultShape shape;
  private final ResultRows rows;
  private final List<String> named = new ArrayList<>();

  /** None found yet. */
  public CellDifferences(ResultShape shape, List<Dictionary> dictionaries) {
    this.shape = shape;
    this.rows = new ResultRows(shape, dictionaries);
  }

  /**
   * Compares the cells of some groups.
   *
   * @param first the first of the groups
   * @param days by day, whether it is compared
   */
  public void compare(CellSums full, CellSums forward, int first, int groups, boolean[] days) {
    for (int group = 0; group < groups; group++) {
      for (int day = 0; day < days.length && named.size() < NAMED; day++) {
        if (days[day]) {
          compare(full, forward, first, group, day);
        }
      }
    }
  }

  private void compare(CellSums full, CellSums forward, int first, int group, int day) {
    boolean inFull = full.isPresent(group, day);
    boolean isForward = forward.isPresent(group, day);
    if (inFull != isForward) {
      name(first + group, day, ": only " + (inFull ? "in full" : "brought forward"));
    } else if (inFull) {
      Object[] one = rows.row(full, first, group, day);
      Object[] other;
      try {
        other = rows.row(forward, first, group, day);
      } catch (ArithmeticException e) {
        name(first + group, day, ", brought forward: " + e.getMessage());
        return;
      }
      List<String> columns = List.copyOf(shape.columns().keySet());
      for (int column = shape.order().size(); column < one.length; column++) {
        if (!Objects.equals(one[column], other[column])) {
          name(
              first + group,
              day,
              ", %s: %s in full, %s brought forward"
                  .formatted(columns.get(column), one[column], other[column]));
        }
      }
    }
  }

  private void name(int group, int day, String what) {
    named.add(
        "set %s, group %s, %s%s"
            .formatted(
                shape.set(),
                rows.group(group),
                LocalDate.ofEpochDay(shape.cells().window().firstDay() + (long) day),
                what));
  }

  /** Some of them. */
  public List<String> named() {
    return List.copyOf(named);
  }
}
