package io.tidemark.tags.codec;

/** Signed 64-bit values: their common unit, then how many units each is. */
final class WholeBody {
  private static final int PLAIN = 0;
  private static final int ZIGZAG = 1;

  private WholeBody() {}

  /** Writes the first {@code count} values. */
  static void write(Output out, long[] values, int count) {
    if (count == 0) {
      return;
    }
    boolean negative = false;
    for (int i = 0; i < count; i++) {
      negative |= values[i] < 0;
    }
    long unit = unit(values, count);
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      long units = unit == 1 ? values[i] : values[i] / unit;
      numbers[i] = negative ? units << 1 ^ units >> 63 : units;
    }
    out.octet(negative ? ZIGZAG : PLAIN).varint(unit);
    Numbers.write(out, numbers, count);
  }

  /** Reads the values into the array of that number. */
  static long[] read(Input in, int count, Reused reused, int number) {
    if (count == 0) {
      return reused.longs(number, 0);
    }
    int sign = in.octet();
    in.check(sign == PLAIN || sign == ZIGZAG, "the sign is " + sign + ", neither 0 nor 1");
    long unit = in.varint();
    in.check(unit > 0, "the unit is " + Long.toUnsignedString(unit));
    long[] values = Numbers.read(in, count, reused, number);
    long together = 0;
    for (int i = 0; i < count; i++) {
      together |= values[i];
    }
    // No number is larger than all of them in one.
    long most = Long.MAX_VALUE / unit;
    boolean fits = Long.compareUnsigned(together, sign == ZIGZAG ? 2 * most : most) <= 0;
    in.check(fits || fit(values, count, sign, unit), "a value has more than 64 bits");
    if (sign == ZIGZAG) {
      for (int i = 0; i < count; i++) {
        values[i] = values[i] >>> 1 ^ -(values[i] & 1);
      }
    }
    if (unit > 1) {
      for (int i = 0; i < count; i++) {
        values[i] *= unit;
      }
    }
    return values;
  }

  /** Whether no value has more than 64 bits, one by one. */
  private static boolean fit(long[] numbers, int count, int sign, long unit) {
    long most = Long.MAX_VALUE / unit;
    boolean fits = true;
    for (int i = 0; i < count; i++) {
      long number = numbers[i];
      long units = number >>> 1 ^ -(number & 1);
      // Without a sign a value of 2^63 or more would turn negative. With unit 1 the lowest fits.
      fits &=
          sign == ZIGZAG
              ? unit == 1 || units >= -most && units <= most
              : Long.compareUnsigned(number, most) <= 0;
    }
    return fits;
  }

  /** The greatest number that divides every value; 1 where there is none, or no value but 0. */
  private static long unit(long[] values, int count) {
    long unit = 0;
    for (int i = 0; i < count && unit != 1; i++) {
      long size = Math.abs(values[i]);
      if (size < 0) {
        return 1;
      }
      if (unit == 0 || size % unit != 0) {
        unit = divisor(unit, size);
      }
    }
    return unit == 0 ? 1 : unit;
  }

  private static long divisor(long left, long right) {
    long a = left;
    long b = right;
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }
}
