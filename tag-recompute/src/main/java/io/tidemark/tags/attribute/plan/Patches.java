package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The corrections of a bucket, each of one day: whole new rows of some users, and users who have
 * none any more. Blocks are put right one by one; corrected users whom no block of their day's
 * piece covers make blocks of their own.
 */
public final class Patches {
  /** A block put right, or one that patches made. */
  public record Corrected(UserDays days, List<MetricValues> values) {}

  private static final class Patch {
    private final Block block;

    /** Users with a row that is in no block yet. */
    private final BitSet pending = new BitSet();

    Patch(Block block) {
      this.block = block;
      UserDays days = block.days();
      for (int user = 0; user < days.users(); user++) {
        pending.set(days.firstUser() + user, days.starts()[user] < days.starts()[user + 1]);
      }
    }

    /** Where the user's row is, or -1. */
    int row(int user) {
      return row(block.days(), user);
    }

    boolean removes(int user) {
      return block.removed() != null && row(block.removed(), user) >= 0;
    }

    private static int row(UserDays days, int user) {
      int at = user - days.firstUser();
      boolean active = at >= 0 && at < days.users() && days.starts()[at] < days.starts()[at + 1];
      return active ? days.starts()[at] : -1;
    }
  }

  private final NavigableMap<Integer, List<Patch>> byDay = new TreeMap<>();

  /** Takes a correction in. A day may have several, of different users. */
  public void add(Block patch) {
    byDay.computeIfAbsent(patch.days().firstDay(), day -> new ArrayList<>()).add(new Patch(patch));
  }

  /** Puts a block right, whose users are those between its first and last, active or not. */
  public Corrected apply(UserDays days, List<MetricValues> values) {
    Collection<List<Patch>> corrected =
        byDay.subMap(days.firstDay(), true, days.firstDay() + days.span() - 1, true).values();
    List<Patch> own =
        corrected.stream().flatMap(List::stream).filter(patch -> meet(patch.block, days)).toList();
    return own.isEmpty() ? new Corrected(days, values) : merge(days, values, own);
  }

  private static boolean meet(Block patch, UserDays days) {
    return meet(patch.days(), days) || patch.removed() != null && meet(patch.removed(), days);
  }

  private static boolean meet(UserDays one, UserDays other) {
    return one.firstUser() < other.firstUser() + other.users()
        && other.firstUser() < one.firstUser() + one.users();
  }

  /**
   * Blocks of the users whom none of the blocks so far covered, of days before {@code day}, in the
   * order of their days.
   */
  public List<Corrected> rest(int day) {
    List<Corrected> rest = new ArrayList<>();
    byDay
        .headMap(day, false)
        .values()
        .forEach(
            patches ->
                patches.stream()
                    .filter(patch -> !patch.pending.isEmpty())
                    .forEach(patch -> rest.add(pending(patch))));
    byDay.headMap(day, false).clear();
    return rest;
  }

  private static Corrected pending(Patch patch) {
    int first = patch.pending.nextSetBit(0);
    int users = patch.pending.length() - first;
    int[] starts = new int[users + 1];
    Picked picked = new Picked(patch.pending.cardinality());
    for (int user = 0; user < users; user++) {
      if (patch.pending.get(first + user)) {
        picked.add(0, 0, patch.row(first + user));
      }
      starts[user + 1] = picked.size;
    }
    UserDays days = new UserDays(first, patch.block.days().firstDay(), 1, starts, picked.days());
    return new Corrected(days, picked.values(List.of(patch.block.metrics())));
  }

  private static Corrected merge(UserDays base, List<MetricValues> values, List<Patch> patches) {
    Picked picked = new Picked(base.count());
    int[] starts = new int[base.users() + 1];
    for (int at = 0; at < base.users(); at++) {
      int user = base.firstUser() + at;
      int next = base.starts()[at];
      int end = base.starts()[at + 1];
      for (int p = 0; p < patches.size(); p++) {
        Patch patch = patches.get(p);
        int day = patch.block.days().firstDay() - base.firstDay();
        while (next < end && base.days()[next] < day) {
          picked.add(base.days()[next], 0, next++);
        }
        int row = patch.row(user);
        boolean there = next < end && base.days()[next] == day;
        if (there && (row >= 0 || patch.removes(user))) {
          next++;
        }
        if (row >= 0) {
          picked.add(day, p + 1, row);
        }
      }
      while (next < end) {
        picked.add(base.days()[next], 0, next++);
      }
      starts[at + 1] = picked.size;
    }
    patches.forEach(
        patch -> patch.pending.clear(base.firstUser(), base.firstUser() + base.users()));
    List<List<MetricValues>> sources = new ArrayList<>();
    sources.add(values);
    patches.forEach(patch -> sources.add(patch.block.metrics()));
    return new Corrected(
        new UserDays(base.firstUser(), base.firstDay(), base.span(), starts, picked.days()),
        picked.values(sources));
  }

  /** User-days of a new block: the day, and which row of which source it is. */
  static final class Picked {
    private int[] days;
    private int[] source;
    private int[] row;
    private int size;

    Picked(int expected) {
      days = new int[expected + 16];
      source = new int[expected + 16];
      row = new int[expected + 16];
    }

    void add(int day, int from, int place) {
      if (size == days.length) {
        days = Arrays.copyOf(days, size * 2);
        source = Arrays.copyOf(source, size * 2);
        row = Arrays.copyOf(row, size * 2);
      }
      days[size] = day;
      source[size] = from;
      row[size++] = place;
    }

    int size() {
      return size;
    }

    int[] days() {
      return Arrays.copyOf(days, size);
    }

    List<MetricValues> values(List<List<MetricValues>> sources) {
      List<MetricValues> all = new ArrayList<>();
      for (int metric = 0; metric < sources.get(0).size(); metric++) {
        all.add(values(sources, metric));
      }
      return all;
    }

    private MetricValues values(List<List<MetricValues>> sources, int metric) {
      BitSet nulls = new BitSet();
      for (int i = 0; i < size; i++) {
        nulls.set(i, sources.get(source[i]).get(metric).nulls().get(row[i]));
      }
      MetricValues kind = sources.get(0).get(metric);
      if (kind instanceof MetricValues.Doubles) {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
          values[i] = ((MetricValues.Doubles) sources.get(source[i]).get(metric)).values()[row[i]];
        }
        return new MetricValues.Doubles(values, nulls);
      }
      if (kind instanceof MetricValues.Wide) {
        long[] high = new long[size];
        long[] low = new long[size];
        for (int i = 0; i < size; i++) {
          MetricValues.Wide from = (MetricValues.Wide) sources.get(source[i]).get(metric);
          high[i] = from.high()[row[i]];
          low[i] = from.low()[row[i]];
        }
        return new MetricValues.Wide(high, low, nulls);
      }
      long[] values = new long[size];
      for (int i = 0; i < size; i++) {
        values[i] = ((MetricValues.Whole) sources.get(source[i]).get(metric)).values()[row[i]];
      }
      return new MetricValues.Whole(values, nulls);
    }
  }
}
