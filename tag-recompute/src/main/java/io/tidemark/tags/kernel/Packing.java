package io.tidemark.tags.kernel;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How the numbers of a cell share words of 64 bits. Each number has bits enough for the sum over a
 * given number of users, so adding two words adds all numbers in them at once; a negative number
 * borrows from those above it, which taking the words apart gives back. A user adds at most one row
 * to a cell, so the users of a group bound what its cells hold.
 */
final class Packing {
  /** More users are never added before the words are taken apart. */
  private static final int MOST_USERS_BITS = 31;

  /** Bits that values may grow by before numbers have to be packed anew, where there is room. */
  private static final int HEADROOM = 3;

  private final int usersBits;
  private final int words;
  private final int[] wordOf;
  private final int[] shift;
  private final int[] width;
  private final boolean[] signed;

  /** By word, its numbers from the lowest bits up. */
  private final int[][] numbersOf;

  private final int headroom;

  private Packing(int usersBits, int headroom, int words, int[] width, boolean[] signed) {
    this.usersBits = usersBits;
    this.headroom = headroom;
    this.words = words;
    this.width = width;
    this.signed = signed;
    this.wordOf = new int[width.length];
    this.shift = new int[width.length];
    int[] used = place(width, words, wordOf, shift);
    this.numbersOf = new int[used.length][];
    for (int word = 0; word < used.length; word++) {
      int own = word;
      numbersOf[word] =
          IntStream.range(0, width.length)
              .filter(number -> wordOf[number] == own)
              .boxed()
              .sorted(Comparator.comparingInt(number -> shift[number]))
              .mapToInt(Integer::intValue)
              .toArray();
    }
  }

  /**
   * The fewest words that hold sums over {@code users} users, and within them as much room for
   * larger values and more users as there is.
   *
   * @param bits by number, the bits of one user's value without its sign
   * @param signed which numbers may be negative
   * @param growing which numbers may turn out larger
   */
  static Packing of(int[] bits, boolean[] signed, boolean[] growing, int users) {
    int usersBits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, users) - 1);
    int words = 1;
    while (!fits(widths(bits, signed, growing, usersBits, 0), signed, words)) {
      words++;
    }
    int headroom = 0;
    while (headroom < HEADROOM
        && fits(widths(bits, signed, growing, usersBits, headroom + 1), signed, words)) {
      headroom++;
    }
    while (usersBits < MOST_USERS_BITS
        && fits(widths(bits, signed, growing, usersBits + 1, headroom), signed, words)) {
      usersBits++;
    }
    return new Packing(
        usersBits, headroom, words, widths(bits, signed, growing, usersBits, headroom), signed);
  }

  private static int[] widths(
      int[] bits, boolean[] signed, boolean[] growing, int usersBits, int headroom) {
    int[] widths = new int[bits.length];
    for (int number = 0; number < bits.length; number++) {
      widths[number] =
          bits[number] + usersBits + (signed[number] ? 1 : 0) + (growing[number] ? headroom : 0);
    }
    return widths;
  }

  private static boolean fits(int[] widths, boolean[] signed, int words) {
    for (int number = 0; number < widths.length; number++) {
      // 64 bits without a sign would be read as negative.
      if (widths[number] > (signed[number] ? Long.SIZE : Long.SIZE - 1)) {
        return false;
      }
    }
    return place(widths, words, new int[widths.length], new int[widths.length]) != null;
  }

  /** The widest first, each where there is room; null if there is none. */
  private static int[] place(int[] widths, int words, int[] wordOf, int[] shift) {
    int[] used = new int[words];
    int[] widestFirst =
        IntStream.range(0, widths.length)
            .boxed()
            .sorted(Comparator.comparingInt(number -> -widths[number]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int number : widestFirst) {
      int word = 0;
      while (word < words && used[word] + widths[number] > Long.SIZE) {
        word++;
      }
      if (word == words) {
        return null;
      }
      wordOf[number] = word;
      shift[number] = used[word];
      used[word] += widths[number];
    }
    return used;
  }

  /** How many words a cell takes. */
  int words() {
    return words;
  }

  /** How many users can be added to a cell. */
  long users() {
    return 1L << usersBits;
  }

  /** By how many bits growing numbers may be larger than they were said to be. */
  int headroom() {
    return headroom;
  }

  int word(int number) {
    return wordOf[number];
  }

  int shift(int number) {
    return shift[number];
  }

  /** The number of a cell whose words begin at {@code at}. */
  long number(long[] cells, int at, int number) {
    int word = wordOf[number];
    long rest = cells[at + word];
    for (int below : numbersOf[word]) {
      long value = lowest(rest, below);
      if (below == number) {
        return value;
      }
      rest = rest - value >> width[below];
    }
    throw new IllegalArgumentException("a cell has no number " + number);
  }

  /** One number of each of {@code count} neighbouring cells. */
  void copy(long[] cells, int firstCell, int count, int number, long[] into) {
    int word = wordOf[number];
    if (borrows(number)) {
      for (int i = 0; i < count; i++) {
        into[i] = number(cells, (firstCell + i) * words, number);
      }
      return;
    }
    int above = Long.SIZE - width[number] - shift[number];
    int unused = Long.SIZE - width[number];
    for (int i = 0; i < count; i++) {
      long shifted = cells[(firstCell + i) * words + word] << above;
      into[i] = signed[number] ? shifted >> unused : shifted >>> unused;
    }
  }

  /** Whether a number below it may be negative. */
  private boolean borrows(int number) {
    for (int below : numbersOf[wordOf[number]]) {
      if (below == number) {
        return false;
      }
      if (signed[below]) {
        return true;
      }
    }
    return false;
  }

  /** Takes the words of a cell apart. */
  void unpack(long[] cells, int at, long[] into) {
    for (int word = 0; word < words; word++) {
      long rest = cells[at + word];
      for (int number : numbersOf[word]) {
        long value = lowest(rest, number);
        into[number] = value;
        rest = rest - value >> width[number];
      }
    }
  }

  /** Puts numbers into the words of a cell. */
  void pack(long[] numbers, long[] cells, int at) {
    Arrays.fill(cells, at, at + words, 0);
    for (int number = 0; number < width.length; number++) {
      cells[at + wordOf[number]] += numbers[number] << shift[number];
    }
  }

  private long lowest(long word, int number) {
    int unused = Long.SIZE - width[number];
    return signed[number] ? word << unused >> unused : word << unused >>> unused;
  }
}
