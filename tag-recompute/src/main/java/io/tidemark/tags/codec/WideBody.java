package io.tidemark.tags.codec;

/**
 * Signed 128-bit values: the sign in the lowest bit, then the upper halves, then the lower ones.
 */
final class WideBody {
  private WideBody() {}

  static void write(Output out, long[] high, long[] low, int count) {
    long[] upper = new long[count];
    long[] lower = new long[count];
    for (int i = 0; i < count; i++) {
      long sign = high[i] >> 63;
      upper[i] = (high[i] << 1 | low[i] >>> 63) ^ sign;
      lower[i] = low[i] << 1 ^ sign;
    }
    Numbers.write(out, upper, count);
    Numbers.write(out, lower, count);
  }

  /** Reads the upper halves into the array of that number, the lower ones into the next. */
  static void read(Input in, int count, Reused reused, int number) {
    long[] high = Numbers.read(in, count, reused, number);
    long[] low = Numbers.read(in, count, reused, number + 1);
    for (int i = 0; i < count; i++) {
      long sign = -(low[i] & 1);
      long upper = high[i];
      low[i] = (low[i] >>> 1 | upper << 63) ^ sign;
      high[i] = upper >>> 1 ^ sign;
    }
  }
}
