package io.tidemark.tags.kernel;

import io.tidemark.tags.history.UserDays;
import java.util.Arrays;

/**
 * The users of a bucket from block to block, for what is counted over several days: rolling windows
 * and retention. What a user-day says about that is noted in its row: who comes into a window, who
 * comes back. Whether someone leaves a window shows when they are active again, or never; of the
 * last day in a block it is counted later, in the cells themselves.
 */
final class Followed {
  private static final int NEVER = Integer.MIN_VALUE;

  private final Window window;
  private final int[] rolling;
  private final int[] retention;
  private final Cells cells;

  private int[] lastDays = new int[0];

  /** By user, the days before the last active one, a bit each; that day itself is the lowest. */
  private long[] recent = new long[0];

  /** By row, a bit for each number that counts it. */
  private long[] marks = new long[0];

  Followed(Window window, Measures measures, Cells cells) {
    this.window = window;
    this.rolling = measures.rolling().stream().mapToInt(Integer::intValue).toArray();
    this.retention = measures.retention().stream().mapToInt(Integer::intValue).toArray();
    this.cells = cells;
  }

  void startBucket(int users) {
    lastDays = new int[users];
    Arrays.fill(lastDays, NEVER);
    recent = new long[retention.length == 0 ? 0 : users];
  }

  /**
   * Follows the users through a block, and adds to its rows what comes of it.
   *
   * @throws IllegalStateException when a user has a day that is not behind those before
   */
  void add(ActiveUsers active, UserDays block, int shift, Memberships members, Rows rows) {
    int[] dayOf = block.days();
    for (int at = 0; at < active.count(); at++) {
      int user = active.user(at);
      int first = dayOf[active.from(at)] + shift;
      if (lastDays[user] >= first) {
        throw new IllegalStateException(
            "user %d of the bucket has day %d behind day %d; two blocks overlap"
                .formatted(user, window.firstDay() + first, window.firstDay() + lastDays[user]));
      }
    }
    if (rolling.length + retention.length > 0) {
      if (marks.length < block.count()) {
        marks = new long[block.count()];
      }
      for (int at = 0; at < active.count(); at++) {
        leaveBefore(active.user(at), dayOf[active.from(at)] + shift, members);
        mark(active.user(at), dayOf, active.from(at), active.to(at), shift);
      }
      rows.addMarks(marks, block.count(), cells.layout().retained(0), marksOf());
    }
    for (int at = 0; at < active.count(); at++) {
      lastDays[active.user(at)] = dayOf[active.to(at) - 1] + shift;
    }
  }

  /** Everybody leaves the windows that end before the last day. */
  void endBucket(Memberships members) {
    for (int user = 0; rolling.length > 0 && user < lastDays.length; user++) {
      leaveBefore(user, Integer.MAX_VALUE, members);
    }
  }

  private int marksOf() {
    return retention.length + 2 * rolling.length;
  }

  /** Marks a user's rows, in the order of the layout: coming back, entering, leaving. */
  private void mark(int user, int[] dayOf, int from, int to, int shift) {
    // Somebody who was never active was so long ago.
    long last = lastDays[user];
    long past = retention.length == 0 ? 0 : recent[user];
    for (int i = from; i < to; i++) {
      long day = dayOf[i] + shift;
      long gap = day - last;
      past = gap > Measures.MAX_RETENTION ? 0 : past << gap;
      long mark = 0;
      for (int distance = 0; distance < retention.length; distance++) {
        mark |= (past >>> retention[distance] & 1) << distance;
      }
      long left = 0;
      for (int length = 0; length < rolling.length; length++) {
        left |= (rolling[length] - gap >>> Long.SIZE - 1) << length;
      }
      marks[i] = mark | left << retention.length;
      if (i > from) {
        marks[i - 1] |= left << retention.length + rolling.length;
      }
      past |= 1;
      last = day;
    }
    if (retention.length > 0) {
      recent[user] = past;
    }
  }

  /** Counts the windows that a user has left before being active on a day. */
  private void leaveBefore(int user, int day, Memberships members) {
    int last = lastDays[user];
    for (int length = 0; last != NEVER && length < rolling.length; length++) {
      boolean ends = last + rolling[length] < window.days();
      if (ends && (long) day - last > rolling[length]) {
        int number = cells.layout().leaving(length);
        for (int at = members.from(user); at < members.to(user); at++) {
          cells.count(number, members.firstCells()[at] + last);
        }
      }
    }
  }
}
