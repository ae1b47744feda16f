package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.plan.ResultShape;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Keeps the rows that a person wants to see: the first by tags and day, or, of groups over all
 * days, those with the most users.
 */
final class QueryRows implements RowSinks<QueryRows.Kept> {
  private static final long serialVersionUID = 1L;

  /** Rows of a part. */
  record Kept(ArrayList<Object[]> rows) implements Serializable {}

  private final ResultShape shape;
  private final boolean byDay;
  private final int most;

  QueryRows(ResultShape shape, boolean byDay, int most) {
    this.shape = shape;
    this.byDay = byDay;
    this.most = most;
  }

  /** Names of the columns of its rows. */
  static List<String> columns(ResultShape shape, boolean byDay) {
    List<String> columns = new ArrayList<>(shape.tags().keySet());
    if (byDay) {
      columns.addAll(List.of(ResultShape.DAY, ResultShape.USERS));
    } else {
      columns.addAll(List.of(ResultShape.USERS, "user_days"));
    }
    columns.addAll(shape.metrics());
    return columns;
  }

  @Override
  public Sink<Kept> open(int set) {
    return byDay ? new Days() : new Totals();
  }

  private final class Days implements Sink<Kept> {
    private final ArrayList<Object[]> rows = new ArrayList<>();

    @Override
    public void take(Object[] row) {
      if (rows.size() < most) {
        rows.add(row.clone());
      }
    }

    @Override
    public Kept finish() {
      return new Kept(rows);
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  /** Rows come group by group, each group's by day: the last has the users of all days. */
  private final class Totals implements Sink<Kept> {
    private final int tags = shape.tags().size();
    private final int metrics = shape.metrics().size();
    private final PriorityQueue<Object[]> best =
        new PriorityQueue<>(Comparator.comparing((Object[] row) -> (Long) row[tags]));
    private Object[] current;

    @Override
    public void take(Object[] row) {
      if (current == null || !isOfCurrent(row)) {
        keep();
        current = new Object[tags + 2 + metrics];
        System.arraycopy(row, 0, current, 0, tags);
        current[tags + 1] = 0L;
      }
      // Everybody who was active so far, as the window is as long as there are days.
      current[tags] = row[tags + 2 + metrics];
      current[tags + 1] = (Long) current[tags + 1] + (Long) row[tags + 1];
      for (int metric = 0; metric < metrics; metric++) {
        current[tags + 2 + metric] = sum(current[tags + 2 + metric], row[tags + 2 + metric]);
      }
    }

    private boolean isOfCurrent(Object[] row) {
      return Arrays.equals(current, 0, tags, row, 0, tags);
    }

    private Object sum(Object one, Object other) {
      if (one == null || other == null) {
        return one == null ? other : one;
      }
      return one instanceof BigDecimal decimal
          ? decimal.add((BigDecimal) other)
          : (Object) ((Double) one + (Double) other);
    }

    private void keep() {
      if (current != null) {
        best.add(current);
        if (best.size() > most) {
          best.poll();
        }
      }
    }

    @Override
    public Kept finish() {
      keep();
      current = null;
      return new Kept(new ArrayList<>(best));
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
