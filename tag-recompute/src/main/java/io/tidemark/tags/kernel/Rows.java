package io.tidemark.tags.kernel;

import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The values of a block as a row for each user-day, packed as a cell is, so that adding a user-day
 * to a cell is adding words to words. The arrays are used again for the next block.
 */
final class Rows {
  private static final long LIMB = 0xFFFF_FFFFL;

  private Packing packing;

  /** By word, that word of each row. */
  private long[][] words = new long[0][];

  /** By floating metric, the value of each row. */
  private FloatingSums.Numbers[] floating = new FloatingSums.Numbers[0];

  /** Rows of one user, with rows of zeros on the days between them. */
  private long[] together = new long[0];

  void fill(Layout layout, Packing packing, UserDays days, List<MetricValues> values) {
    this.packing = packing;
    int count = days.count();
    if (words.length != packing.words() || words[0].length < count) {
      words = new long[packing.words()][count + (count >>> 2)];
    }
    for (int word = 0; word < words.length; word++) {
      boolean hasUsers = word == packing.word(Layout.USERS);
      Arrays.fill(words[word], 0, count, hasUsers ? 1L << packing.shift(Layout.USERS) : 0);
    }
    if (floating.length != layout.doubles() || floating.length > 0 && floating[0].count() < count) {
      floating = FloatingSums.Numbers.several(layout.doubles(), count + (count >>> 2));
    }
    for (int metric = 0; metric < values.size(); metric++) {
      int place = layout.place(metric);
      if (values.get(metric) instanceof MetricValues.Whole whole) {
        if (layout.width(metric) == 1) {
          addWhole(whole.values(), count, place);
        } else {
          addLower(whole.values(), count, place);
          addUpper(whole.values(), count, place + 1);
        }
      } else if (values.get(metric) instanceof MetricValues.Wide wide) {
        addLower(wide.low(), count, place);
        addMiddle(wide.low(), count, place + 1);
        addLower(wide.high(), count, place + 2);
        addUpper(wide.high(), count, place + 3);
      } else if (values.get(metric) instanceof MetricValues.Doubles doubles) {
        for (int i = 0; i < count; i++) {
          floating[place].set(i, doubles.values()[i]);
        }
      }
      BitSet nulls = values.get(metric).nulls();
      for (int i = nulls.nextSetBit(0); i >= 0; i = nulls.nextSetBit(i + 1)) {
        add(layout.nulls(metric), i, 1);
      }
    }
  }

  /**
   * Adds marks to the rows, a bit for each of some neighbouring numbers.
   *
   * @param first the number of the lowest bit
   * @param numbers how many
   */
  void addMarks(long[] marks, int count, int first, int numbers) {
    for (int lowest = 0; lowest < numbers; lowest += Byte.SIZE) {
      int bits = Math.min(Byte.SIZE, numbers - lowest);
      for (int word = 0; word < words.length; word++) {
        long[] sums = sums(word, first + lowest, bits);
        long[] own = words[word];
        int all = sums.length - 1;
        if (sums[all] != 0) {
          for (int i = 0; i < count; i++) {
            own[i] += sums[(int) (marks[i] >>> lowest) & all];
          }
        }
      }
    }
  }

  /** By bits that are set, what the numbers that are in a word come to. */
  private long[] sums(int word, int first, int bits) {
    long[] sums = new long[1 << bits];
    for (int bit = 0; bit < bits; bit++) {
      boolean own = packing.word(first + bit) == word;
      for (int set = 0; own && set < sums.length; set++) {
        sums[set] += (long) (set >>> bit & 1) << packing.shift(first + bit);
      }
    }
    return sums;
  }

  /** Adds to one number of one row. */
  private void add(int number, int row, long value) {
    words[packing.word(number)][row] += value << packing.shift(number);
  }

  /** By word, that word of each row. */
  long[][] words() {
    return words;
  }

  /** By floating metric, the value of each row. */
  FloatingSums.Numbers[] floating() {
    return floating;
  }

  /**
   * Lays the rows out from the first day to the last, as cells lie; they can be added in one go.
   */
  long[] together(int[] dayOf, int from, int to) {
    int first = dayOf[from];
    int length = (dayOf[to - 1] - first + 1) * words.length;
    if (together.length < length) {
      together = new long[length];
    }
    Arrays.fill(together, 0, length, 0);
    for (int word = 0; word < words.length; word++) {
      long[] own = words[word];
      for (int i = from; i < to; i++) {
        together[(dayOf[i] - first) * words.length + word] = own[i];
      }
    }
    return together;
  }

  // Loops as plain as these are turned into vector instructions.

  private void addWhole(long[] values, int count, int number) {
    long[] word = words[packing.word(number)];
    int shift = packing.shift(number);
    for (int i = 0; i < count; i++) {
      word[i] += values[i] << shift;
    }
  }

  private void addLower(long[] values, int count, int number) {
    long[] word = words[packing.word(number)];
    int shift = packing.shift(number);
    for (int i = 0; i < count; i++) {
      word[i] += (values[i] & LIMB) << shift;
    }
  }

  private void addMiddle(long[] values, int count, int number) {
    long[] word = words[packing.word(number)];
    int shift = packing.shift(number);
    for (int i = 0; i < count; i++) {
      word[i] += (values[i] >>> Integer.SIZE) << shift;
    }
  }

  private void addUpper(long[] values, int count, int number) {
    long[] word = words[packing.word(number)];
    int shift = packing.shift(number);
    for (int i = 0; i < count; i++) {
      word[i] += (values[i] >> Integer.SIZE) << shift;
    }
  }
}
