package io.tidemark.tags.kernel;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * What was added up for the groups of one dimension set: a cell for each group and day. A group
 * whose users could become more than the packing of cells holds is folded: its cells are emptied
 * into sums of 64 bits each. Only large groups need that, of which there cannot be many.
 */
public final class GroupTotals {
  private final int groups;
  private final int days;
  private final Measures measures;
  private final Cells cells;
  private final int firstCell;

  /** By group, what was folded, by day, then number; null where nothing was. */
  private final long[][] folded;

  /** By group, users that may be in its cells. */
  private final int[] members;

  /** By group, users of the bucket. */
  private int[] newcomers;

  /**
   * @param firstGroup where the groups begin among those that cells has
   */
  GroupTotals(int firstGroup, int groups, Measures measures, Cells cells) {
    this.groups = groups;
    this.days = cells.days();
    this.measures = measures;
    this.cells = cells;
    this.firstCell = firstGroup * days;
    this.folded = new long[groups][];
    this.members = new int[groups];
    this.newcomers = new int[groups];
  }

  /** How many groups there are. */
  public int groups() {
    return groups;
  }

  /** Users of the group who were active on the day. */
  public long users(int group, int day) {
    return number(group, day, Layout.USERS);
  }

  /**
   * The sum of a metric, of a decimal one in units of its last digit.
   *
   * @throws IllegalArgumentException for a floating metric
   */
  public BigInteger sum(int group, int day, int metric) {
    int width = layout().width(metric);
    if (width == 0) {
      throw new IllegalArgumentException("metric " + metric + " is floating");
    }
    BigInteger sum = BigInteger.ZERO;
    for (int limb = width - 1; limb >= 0; limb--) {
      long part = number(group, day, layout().place(metric) + limb);
      sum = sum.shiftLeft(Integer.SIZE).add(BigInteger.valueOf(part));
    }
    return sum;
  }

  /** Whether no sum of the metric leaves 64 bits, so that {@link #narrowSum} gives it. */
  public boolean isNarrow(int metric) {
    return layout().width(metric) == 1;
  }

  /** The sum of a narrow metric, of a decimal one in units of its last digit. */
  public long narrowSum(int group, int day, int metric) {
    return number(group, day, narrow(metric));
  }

  /** The sum of a floating metric. */
  public double doubleSum(int group, int day, int metric) {
    FloatingSums sums = floating(metric);
    return sums == null ? 0 : sums.value(firstCell + group * days + day);
  }

  /** The places of floating sums of {@code size} groups, by group, then day. */
  public void places(int metric, int firstGroup, int size, long[] into) {
    FloatingSums sums = floating(metric);
    int first = firstCell + firstGroup * days;
    for (int cell = 0; cell < size * days; cell++) {
      into[cell] = sums == null ? 0 : sums.place(first + cell);
    }
  }

  /** One of the {@link FloatingSums#PARTS} parts of each of these sums. */
  public void parts(int metric, int part, int firstGroup, int size, long[] into) {
    FloatingSums sums = floating(metric);
    int first = firstCell + firstGroup * days;
    for (int cell = 0; cell < size * days; cell++) {
      into[cell] = sums == null ? 0 : sums.part(first + cell, part);
    }
  }

  private FloatingSums floating(int metric) {
    if (layout().width(metric) != 0) {
      throw new IllegalArgumentException("metric " + metric + " is not floating");
    }
    return cells.floating(layout().place(metric));
  }

  /** Active users whose value of the metric was NULL: where all are, the sum is NULL, too. */
  public long nulls(int group, int day, int metric) {
    return layout().nulls(metric) < 0 ? 0 : number(group, day, layout().nulls(metric));
  }

  /**
   * Users who were active on at least one of the days that end with each day, by group, then day.
   *
   * @param window its place among the declared ones
   */
  public long[] rolling(int window) {
    int length = measures.rolling().get(window);
    long[] users = new long[groups * days];
    long[] leaving = new long[groups * days];
    copy(layout().entering(window), 0, groups, users);
    copy(layout().leaving(window), 0, groups, leaving);
    for (int group = 0; group < groups; group++) {
      long running = 0;
      for (int day = 0; day < days; day++) {
        int cell = group * days + day;
        running += users[cell] - (day < length ? 0 : leaving[cell - length]);
        users[cell] = running;
      }
    }
    return users;
  }

  /**
   * Of the users active on the day, those who were active again so many days later.
   *
   * @param distance its place among the declared ones
   */
  public long retained(int group, int day, int distance) {
    // Kept at the day of the return, beside what else is known of that day.
    int later = day + measures.retention().get(distance);
    return later < days ? number(group, later, layout().retained(distance)) : 0;
  }

  /** {@link #users} of {@code size} groups, by group, then day, to the beginning of an array. */
  public void users(int firstGroup, int size, long[] into) {
    copy(Layout.USERS, firstGroup, size, into);
  }

  /** {@link #narrowSum} of {@code size} groups, by group, then day. */
  public void narrowSums(int metric, int firstGroup, int size, long[] into) {
    copy(narrow(metric), firstGroup, size, into);
  }

  /** {@link #nulls} of {@code size} groups, by group, then day. */
  public void nulls(int metric, int firstGroup, int size, long[] into) {
    if (layout().nulls(metric) < 0) {
      Arrays.fill(into, 0, size * days, 0);
    } else {
      copy(layout().nulls(metric), firstGroup, size, into);
    }
  }

  /** The users of the next bucket come in: a group that could not hold them as well is folded. */
  void startBucket(int[] newcomersOf) {
    newcomers = newcomersOf;
    for (int group = 0; group < groups; group++) {
      if ((long) members[group] + newcomers[group] > cells.packing().users()) {
        fold(group);
      } else {
        members[group] += newcomers[group];
      }
    }
  }

  /** Before the cells change to another layout and packing. */
  void change(Layout nextLayout, Packing nextPacking) {
    int size = layout().size();
    int nextSize = nextLayout.size();
    long[] numbers = new long[size];
    long[] moved = new long[nextSize];
    for (int group = 0; group < groups; group++) {
      if (members[group] > nextPacking.users()) {
        fold(group);
      }
      if (folded[group] != null && nextSize != size) {
        long[] next = new long[days * nextSize];
        for (int day = 0; day < days; day++) {
          System.arraycopy(folded[group], day * size, numbers, 0, size);
          nextLayout.move(layout(), numbers, moved);
          System.arraycopy(moved, 0, next, day * nextSize, nextSize);
        }
        folded[group] = next;
      }
    }
  }

  private Layout layout() {
    return cells.layout();
  }

  private int narrow(int metric) {
    if (!isNarrow(metric)) {
      throw new IllegalArgumentException("metric " + metric + " has no sums of 64 bits");
    }
    return layout().place(metric);
  }

  private long number(int group, int day, int number) {
    long unfolded = cells.number(firstCell + group * days + day, number);
    return folded[group] == null
        ? unfolded
        : unfolded + folded[group][day * layout().size() + number];
  }

  private void copy(int number, int firstGroup, int size, long[] into) {
    cells.copy(firstCell + firstGroup * days, size * days, number, into);
    for (int group = 0; group < size; group++) {
      long[] own = folded[firstGroup + group];
      for (int day = 0; own != null && day < days; day++) {
        into[group * days + day] += own[day * layout().size() + number];
      }
    }
  }

  /** Empties a group's cells; from here on, only the bucket's users can be in them. */
  private void fold(int group) {
    members[group] = newcomers[group];
    if (folded[group] == null) {
      folded[group] = new long[days * layout().size()];
    }
    cells.fold(firstCell + group * days, days, folded[group]);
  }
}
