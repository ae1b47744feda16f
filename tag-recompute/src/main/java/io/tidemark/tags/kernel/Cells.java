package io.tidemark.tags.kernel;

import java.util.Arrays;

/**
 * The cells of all groups, a group's days one after the other. A cell is some words, and a floating
 * sum for each floating metric; rows of users are added to them.
 */
final class Cells {
  private final int groups;
  private final int days;
  private Layout layout;
  private Packing packing;

  /** Null until there is something to add. */
  private long[] words;

  /** By floating metric; null until there is something to add. */
  private FloatingSums[] floating;

  Cells(int groups, int days, Layout layout, Packing packing) {
    this.groups = groups;
    this.days = days;
    this.layout = layout;
    this.packing = packing;
    size(1);
  }

  Layout layout() {
    return layout;
  }

  Packing packing() {
    return packing;
  }

  /** Days of a group. */
  int days() {
    return days;
  }

  /** Goes on with another layout and packing, which hold what the cells have. */
  void change(Layout nextLayout, Packing nextPacking) {
    if (words != null) {
      boolean inPlace = nextPacking.words() == packing.words();
      long[] next = inPlace ? words : new long[size(nextPacking.words())];
      long[] numbers = new long[layout.size()];
      long[] moved = new long[nextLayout.size()];
      for (int cell = 0; cell < groups * days; cell++) {
        if (!isEmpty(cell)) {
          packing.unpack(words, cell * packing.words(), numbers);
          nextLayout.move(layout, numbers, moved);
          nextPacking.pack(moved, next, cell * nextPacking.words());
        }
      }
      words = next;
    }
    layout = nextLayout;
    packing = nextPacking;
  }

  /**
   * Adds a user's rows, each to the cells of its day, for several groups at once: how many rows
   * there are cannot be foreseen, and the fewer loops end by surprise, the better.
   *
   * @param shift how far the rows' days are ahead of the cells'
   * @param first by group, its first cell, from {@code firstFrom} to {@code firstTo}
   */
  void add(
      Rows rows,
      int[] dayOf,
      int from,
      int to,
      int shift,
      int[] first,
      int firstFrom,
      int firstTo) {
    long[] cells = words();
    long[][] own = rows.words();
    int count = packing.words();
    int k = firstFrom;
    for (; count == 2 && k + 4 <= firstTo; k += 4) {
      int at0 = (first[k] + shift) * 2;
      int at1 = (first[k + 1] + shift) * 2;
      int at2 = (first[k + 2] + shift) * 2;
      int at3 = (first[k + 3] + shift) * 2;
      addToFour(cells, at0, at1, at2, at3, own[0], own[1], dayOf, from, to);
    }
    for (; k < firstTo; k++) {
      int at = (first[k] + shift) * count;
      switch (count) {
        case 1 -> add(cells, at, own[0], dayOf, from, to);
        case 2 -> add(cells, at, own[0], own[1], dayOf, from, to);
        case 3 -> add(cells, at, own[0], own[1], own[2], dayOf, from, to);
        default -> add(cells, at, own, dayOf, from, to);
      }
    }
  }

  // Written out for the usual numbers of words: a loop of two rounds costs more than its sums.

  private static void addToFour(
      long[] cells,
      int at0,
      int at1,
      int at2,
      int at3,
      long[] word0,
      long[] word1,
      int[] dayOf,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int day = dayOf[i] * 2;
      long row0 = word0[i];
      long row1 = word1[i];
      cells[at0 + day] += row0;
      cells[at0 + day + 1] += row1;
      cells[at1 + day] += row0;
      cells[at1 + day + 1] += row1;
      cells[at2 + day] += row0;
      cells[at2 + day + 1] += row1;
      cells[at3 + day] += row0;
      cells[at3 + day + 1] += row1;
    }
  }

  private static void add(long[] cells, int at, long[] word, int[] dayOf, int from, int to) {
    for (int i = from; i < to; i++) {
      cells[at + dayOf[i]] += word[i];
    }
  }

  private static void add(
      long[] cells, int at, long[] word0, long[] word1, int[] dayOf, int from, int to) {
    for (int i = from; i < to; i++) {
      int cell = at + dayOf[i] * 2;
      cells[cell] += word0[i];
      cells[cell + 1] += word1[i];
    }
  }

  private static void add(
      long[] cells,
      int at,
      long[] word0,
      long[] word1,
      long[] word2,
      int[] dayOf,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int cell = at + dayOf[i] * 3;
      cells[cell] += word0[i];
      cells[cell + 1] += word1[i];
      cells[cell + 2] += word2[i];
    }
  }

  private static void add(long[] cells, int at, long[][] words, int[] dayOf, int from, int to) {
    for (int i = from; i < to; i++) {
      int cell = at + dayOf[i] * words.length;
      for (int word = 0; word < words.length; word++) {
        cells[cell + word] += words[word][i];
      }
    }
  }

  /**
   * Adds a user's rows that lie together, by vector instructions.
   *
   * @param cell the cell of the first of them
   * @param count how many days
   */
  void addTogether(int cell, long[] together, int count) {
    int at = cell * packing.words();
    int length = count * packing.words();
    long[] cells = words();
    for (int i = 0; i < length; i++) {
      cells[at + i] += together[i];
    }
  }

  /** Adds the floating values of a user's rows. */
  void addFloating(int cell, Rows rows, int[] dayOf, int from, int to) {
    if (floating == null) {
      size(FloatingSums.PARTS);
      floating = FloatingSums.several(layout.doubles(), groups * days);
    }
    for (int metric = 0; metric < floating.length; metric++) {
      FloatingSums sums = floating[metric];
      FloatingSums.Numbers values = rows.floating()[metric];
      for (int i = from; i < to; i++) {
        sums.add(cell + dayOf[i], values, i);
      }
    }
  }

  /** Adds one to a number of one cell. */
  void count(int number, int cell) {
    words()[cell * packing.words() + packing.word(number)] += 1L << packing.shift(number);
  }

  long number(int cell, int number) {
    return words == null ? 0 : packing.number(words, cell * packing.words(), number);
  }

  /** One number of each of {@code count} cells. */
  void copy(int firstCell, int count, int number, long[] into) {
    if (words == null) {
      Arrays.fill(into, 0, count, 0);
    } else {
      packing.copy(words, firstCell, count, number, into);
    }
  }

  /** The sums of a floating metric, by its place; null where there is none. */
  FloatingSums floating(int place) {
    return floating == null ? null : floating[place];
  }

  /** Moves what {@code count} cells have to sums of their own words, by cell, then number. */
  void fold(int firstCell, int count, long[] sums) {
    long[] numbers = new long[layout.size()];
    for (int cell = 0; words != null && cell < count; cell++) {
      if (!isEmpty(firstCell + cell)) {
        packing.unpack(words, (firstCell + cell) * packing.words(), numbers);
        for (int number = 0; number < numbers.length; number++) {
          sums[cell * numbers.length + number] += numbers[number];
        }
      }
    }
    if (words != null) {
      int from = firstCell * packing.words();
      Arrays.fill(words, from, from + count * packing.words(), 0);
    }
  }

  private boolean isEmpty(int cell) {
    long any = 0;
    for (int word = 0; word < packing.words(); word++) {
      any |= words[cell * packing.words() + word];
    }
    return any == 0;
  }

  private long[] words() {
    if (words == null) {
      words = new long[size(packing.words())];
    }
    return words;
  }

  private int size(int each) {
    long size = (long) groups * days * each;
    if (size > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException(
          groups + " groups of " + days + " days are too many at once; compute a range of groups");
    }
    return (int) size;
  }
}
