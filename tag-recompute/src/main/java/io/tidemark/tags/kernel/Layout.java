package io.tidemark.tags.kernel;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import java.util.Arrays;
import java.util.List;

/**
 * Which numbers a cell has, one group on one day, and in which order: the active users, the sum of
 * each metric, who came back, who enters and leaves a rolling window, and how many values were
 * NULL. A sum is one number while no sum can leave 64 bits, and otherwise one for each 32 bits of
 * its values: two billion of those can be added before a carry has to be taken.
 */
final class Layout {
  /** The place of the active users. */
  static final int USERS = 0;

  /** Numbers of a value whose sums may leave 64 bits. */
  private static final int LONG_LIMBS = 2;

  private static final int WIDE_LIMBS = 4;
  private static final long LIMB = 0xFFFF_FFFFL;

  private final int[] places;
  private final int[] widths;
  private final int[] nulls;
  private final int retained;
  private final int entering;
  private final int leaving;
  private final int size;
  private final int doubles;

  private Layout(List<MetricType> types, int[] widths, boolean[] nullable, Measures measures) {
    this.widths = widths;
    this.places = new int[widths.length];
    this.nulls = new int[widths.length];
    int next = USERS + 1;
    int nextDouble = 0;
    for (int metric = 0; metric < widths.length; metric++) {
      boolean floating = types.get(metric).kind() == Kind.DOUBLE;
      places[metric] = floating ? nextDouble++ : next;
      next += widths[metric];
    }
    this.retained = next;
    this.entering = retained + measures.retention().size();
    this.leaving = entering + measures.rolling().size();
    next = leaving + measures.rolling().size();
    for (int metric = 0; metric < widths.length; metric++) {
      nulls[metric] = nullable[metric] ? next++ : -1;
    }
    this.size = next;
    this.doubles = nextDouble;
  }

  /** The narrowest layout, without a NULL. */
  static Layout of(List<MetricType> types, Measures measures) {
    int[] widths =
        types.stream()
            .mapToInt(type -> type.kind() == Kind.DOUBLE ? 0 : type.isWide() ? WIDE_LIMBS : 1)
            .toArray();
    return new Layout(types, widths, new boolean[widths.length], measures);
  }

  /**
   * This layout with room for more.
   *
   * @param widened metrics whose sums may leave 64 bits
   * @param nullable metrics that have been NULL
   */
  Layout with(boolean[] widened, boolean[] nullable, List<MetricType> types, Measures measures) {
    int[] wider = Arrays.copyOf(widths, widths.length);
    for (int metric = 0; metric < wider.length; metric++) {
      wider[metric] = widened[metric] && wider[metric] == 1 ? LONG_LIMBS : wider[metric];
    }
    return new Layout(types, wider, nullable, measures);
  }

  /** Brings the numbers of a cell of an earlier layout into the places of this one. */
  void move(Layout from, long[] numbers, long[] into) {
    into[USERS] = numbers[USERS];
    for (int metric = 0; metric < widths.length; metric++) {
      if (from.widths[metric] == widths[metric]) {
        System.arraycopy(numbers, from.places[metric], into, places[metric], widths[metric]);
      } else {
        into[places[metric]] = numbers[from.places[metric]] & LIMB;
        into[places[metric] + 1] = numbers[from.places[metric]] >> Integer.SIZE;
      }
      if (nulls[metric] >= 0) {
        into[nulls[metric]] = from.nulls[metric] >= 0 ? numbers[from.nulls[metric]] : 0;
      }
    }
    int others = leaving + leaving - entering - retained;
    System.arraycopy(numbers, from.retained, into, retained, others);
  }

  /** First number of a metric; of a floating one, its place among the floating ones. */
  int place(int metric) {
    return places[metric];
  }

  /** How many numbers a metric's sum takes; none if it is floating. */
  int width(int metric) {
    return widths[metric];
  }

  /** How many of the users had no value; -1 where all had one. */
  int nulls(int metric) {
    return nulls[metric];
  }

  /** Those who came back, by the place of the distance. */
  int retained(int distance) {
    return retained + distance;
  }

  /** Those who are in the rolling window from this day on. */
  int entering(int window) {
    return entering + window;
  }

  /** Those who leave the rolling window, noted at the last day that they were active on. */
  int leaving(int window) {
    return leaving + window;
  }

  /** How many numbers there are. */
  int size() {
    return size;
  }

  /** How many floating metrics there are. */
  int doubles() {
    return doubles;
  }
}
