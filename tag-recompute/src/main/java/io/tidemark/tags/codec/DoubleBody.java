package io.tidemark.tags.codec;

/**
 * Floating values. Most come from decimals of few digits: then they are stored as whole numbers of
 * their last digit, and what is none of these as its own 64 bits. Otherwise all are stored as their
 * bits, first bytes together, second bytes together, and so on.
 */
final class DoubleBody {
  private static final int BITS = 255;
  private static final int MAX_DIGITS = 9;

  /** Whole numbers below are exact as floating values. */
  private static final double EXACT = 1L << 53;

  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

  // Arrays that are used again, by number.
  private static final int GAPS = 1;
  private static final int WHOLE = 2;
  private static final int RAW = 3;
  private static final int OTHERS = 1;
  private static final int PLANE = 0;

  private DoubleBody() {}

  /** Writes the first {@code count} values. */
  static void write(Output out, double[] values, int count) {
    if (count == 0) {
      return;
    }
    int best = 0;
    int fewest = Integer.MAX_VALUE;
    for (int digits = 0; digits <= MAX_DIGITS && fewest > 0; digits++) {
      int others = 0;
      for (int i = 0; i < count && others < fewest; i++) {
        others += isDecimal(values[i], digits) ? 0 : 1;
      }
      if (others < fewest) {
        fewest = others;
        best = digits;
      }
    }
    // What is no decimal costs eight bytes and its place.
    if (fewest > count / 4) {
      writeBits(out.octet(BITS), values, count);
    } else {
      writeDecimals(out.octet(best), values, count, best, fewest);
    }
  }

  /** Reads the values into the array of that number, 2 or above, or 0. */
  static double[] read(Input in, int count, Reused reused, int number) {
    if (count == 0) {
      return reused.doubles(number, 0);
    }
    int digits = in.octet();
    if (digits == BITS) {
      return readBits(in, count, reused, number);
    }
    in.check(digits <= MAX_DIGITS, "values have " + digits + " digits behind the point");
    return readDecimals(in, count, digits, reused, number);
  }

  private static void writeDecimals(
      Output out, double[] values, int count, int digits, int othersCount) {
    long[] whole = new long[count];
    long[] gaps = new long[othersCount];
    double[] others = new double[othersCount];
    int other = 0;
    int next = 0;
    for (int i = 0; i < count; i++) {
      if (isDecimal(values[i], digits)) {
        whole[i] = Math.round(values[i] * POWERS[digits]);
      } else {
        gaps[other] = i - next;
        others[other++] = values[i];
        next = i + 1;
      }
    }
    out.varint(othersCount);
    Numbers.write(out, gaps, othersCount);
    writeBits(out, others, othersCount);
    WholeBody.write(out, whole, count);
  }

  private static double[] readDecimals(Input in, int count, int digits, Reused reused, int number) {
    int othersCount = in.varint(count, "the number of values that are no decimals");
    long[] gaps = Numbers.read(in, othersCount, reused, GAPS);
    double[] others = readBits(in, othersCount, reused, OTHERS);
    long[] whole = WholeBody.read(in, count, reused, WHOLE);
    double[] values = reused.doubles(number, count);
    for (int i = 0; i < count; i++) {
      values[i] = whole[i] / POWERS[digits];
    }
    long next = 0;
    for (int other = 0; other < othersCount; other++) {
      in.check(
          gaps[other] >= 0 && gaps[other] < count - next, "a value is behind the last user-day");
      int at = (int) (next + gaps[other]);
      values[at] = others[other];
      next = at + 1L;
    }
    return values;
  }

  private static void writeBits(Output out, double[] values, int count) {
    byte[] plane = new byte[count];
    for (int octet = 0; octet < Double.BYTES; octet++) {
      for (int i = 0; i < count; i++) {
        plane[i] = (byte) (Double.doubleToRawLongBits(values[i]) >>> 8 * octet);
      }
      Sections.write(out, plane, count);
    }
  }

  private static double[] readBits(Input in, int count, Reused reused, int number) {
    long[] bits = new long[0];
    for (int octet = 0; octet < Double.BYTES; octet++) {
      byte[] plane = Sections.read(in, count, reused, PLANE);
      // Not before a plane was read: few bytes cannot claim many values.
      bits = octet == 0 ? reused.longs(RAW, count) : bits;
      for (int i = 0; i < count; i++) {
        long kept = octet == 0 ? 0 : bits[i];
        bits[i] = kept | (plane[i] & 0xFFL) << 8 * octet;
      }
    }
    double[] values = reused.doubles(number, count);
    for (int i = 0; i < count; i++) {
      values[i] = Double.longBitsToDouble(bits[i]);
    }
    return values;
  }

  /** Whether so many digits give the value back to the last bit. */
  private static boolean isDecimal(double value, int digits) {
    double scaled = value * POWERS[digits];
    return Math.abs(scaled) < EXACT
        && Double.doubleToRawLongBits(Math.round(scaled) / POWERS[digits])
            == Double.doubleToRawLongBits(value);
  }
}
