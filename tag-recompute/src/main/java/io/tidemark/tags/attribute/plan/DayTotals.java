package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.kernel.FloatingSums;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Active users and sums of metrics by day, of users who come one by one. */
public final class DayTotals implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ArrayList<MetricType> types;
  private int firstDay;
  private long[] users = new long[0];
  private final long[][] values;
  private final WideSums[] sums;
  private final FloatingSums[] floating;
  private final FloatingSums one = new FloatingSums(1);

  /** Nobody yet. */
  public DayTotals(List<MetricType> types) {
    this.types = new ArrayList<>(types);
    this.values = new long[types.size()][0];
    this.sums = new WideSums[types.size()];
    this.floating = new FloatingSums[types.size()];
    Arrays.setAll(sums, metric -> new WideSums(0));
    Arrays.setAll(floating, metric -> new FloatingSums(0));
  }

  /** Counts a user on a day, in days since 1970-01-01, and makes room for it. */
  public void addUser(int day) {
    reach(day, day);
    users[day - firstDay]++;
  }

  /** Adds a whole number, or a decimal as its unscaled value, on a day where a user was counted. */
  public void add(int metric, int day, long value) {
    values[metric][day - firstDay]++;
    sums[metric].add(day - firstDay, value);
  }

  /** The same for a decimal whose unscaled value may have more bits. */
  public void add(int metric, int day, BigInteger value) {
    values[metric][day - firstDay]++;
    sums[metric].add(day - firstDay, value);
  }

  /** The same for a floating number. */
  public void add(int metric, int day, double value) {
    values[metric][day - firstDay]++;
    one.set(0, value);
    floating[metric].add(day - firstDay, one, 0);
  }

  /** Adds what others have counted. */
  public DayTotals addAll(DayTotals other) {
    if (other.users.length == 0) {
      return this;
    }
    reach(other.firstDay, other.firstDay + other.users.length - 1);
    int shift = other.firstDay - firstDay;
    for (int at = 0; at < other.users.length; at++) {
      users[at + shift] += other.users[at];
      for (int metric = 0; metric < types.size(); metric++) {
        values[metric][at + shift] += other.values[metric][at];
      }
    }
    for (int metric = 0; metric < types.size(); metric++) {
      if (isFloating(metric)) {
        floating[metric].addAll(other.floating[metric], shift);
      } else {
        sums[metric].addAll(other.sums[metric], shift);
      }
    }
    return this;
  }

  private boolean isFloating(int metric) {
    return types.get(metric).kind() == Kind.DOUBLE;
  }

  /** Makes room for days, with some to spare. */
  private void reach(int from, int to) {
    if (users.length == 0) {
      firstDay = from;
    }
    int first = Math.min(firstDay, from);
    int last = Math.max(firstDay + users.length - 1, to);
    int shift = firstDay - first;
    int count = Math.addExact(Math.subtractExact(last, first), 1);
    if (shift == 0 && count <= users.length) {
      return;
    }
    users = moved(users, count, shift);
    for (int metric = 0; metric < types.size(); metric++) {
      values[metric] = moved(values[metric], count, shift);
      if (isFloating(metric)) {
        floating[metric].grow(count, shift);
      } else {
        sums[metric].grow(count, shift);
      }
    }
    firstDay = first;
  }

  private static long[] moved(long[] counts, int count, int shift) {
    long[] moved = new long[count];
    System.arraycopy(counts, 0, moved, shift, counts.length);
    return moved;
  }

  /** The days on which somebody was active, ascending. */
  public int[] days() {
    int[] days = new int[users.length];
    int count = 0;
    for (int at = 0; at < users.length; at++) {
      if (users[at] > 0) {
        days[count++] = firstDay + at;
      }
    }
    return Arrays.copyOf(days, count);
  }

  /** Users who were active. */
  public long users(int day) {
    return users[day - firstDay];
  }

  /**
   * The sum of a metric: Long, BigDecimal or Double; {@code null} where nobody has a value.
   *
   * @throws ArithmeticException when it is more than its type holds
   */
  public Object sum(int metric, int day) {
    if (values[metric][day - firstDay] == 0) {
      return null;
    }
    return isFloating(metric)
        ? (Object) floating[metric].value(day - firstDay)
        : sums[metric].value(day - firstDay, types.get(metric).ofSum());
  }
}
