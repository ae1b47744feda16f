package io.tidemark.tags.codec;

import java.util.Arrays;

/**
 * Arrays by number, to decode into. They are just as long as the first that asks needs them, grow
 * as they must, and are used again: what they held is overwritten, and what is behind the end of
 * the new contents is not cleared.
 */
final class Reused {
  private byte[][] bytes = new byte[0][];
  private int[][] ints = new int[0][];
  private long[][] longs = new long[0][];
  private double[][] doubles = new double[0][];

  byte[] bytes(int number, int length) {
    bytes = number < bytes.length ? bytes : Arrays.copyOf(bytes, number + 1);
    if (bytes[number] == null || bytes[number].length < length) {
      bytes[number] = new byte[size(bytes[number] == null, length)];
    }
    return bytes[number];
  }

  int[] ints(int number, int length) {
    ints = number < ints.length ? ints : Arrays.copyOf(ints, number + 1);
    if (ints[number] == null || ints[number].length < length) {
      ints[number] = new int[size(ints[number] == null, length)];
    }
    return ints[number];
  }

  long[] longs(int number, int length) {
    longs = number < longs.length ? longs : Arrays.copyOf(longs, number + 1);
    if (longs[number] == null || longs[number].length < length) {
      longs[number] = new long[size(longs[number] == null, length)];
    }
    return longs[number];
  }

  double[] doubles(int number, int length) {
    doubles = number < doubles.length ? doubles : Arrays.copyOf(doubles, number + 1);
    if (doubles[number] == null || doubles[number].length < length) {
      doubles[number] = new double[size(doubles[number] == null, length)];
    }
    return doubles[number];
  }

  /** A quarter more than needed, so that blocks of growing size do not allocate each. */
  private static int size(boolean first, int length) {
    return first ? length : length + (length >>> 2);
  }
}
