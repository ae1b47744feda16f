package io.tidemark.tags.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Runs of unsigned 64-bit numbers. A number is a token of one byte and the bits that the token
 * leaves open: tokens are what entropy coding shortens; the bits below a number's leading three are
 * as good as random, and are packed as they are. Where most numbers are below 15, two of them share
 * a byte instead: half as many bytes to code, and a code of less than a bit for each.
 */
final class Numbers {
  private static final int SINGLE = 0;
  private static final int PAIRS = 1;

  /** Numbers below are their own token. */
  private static final int SMALL = 16;

  /** Position of the leading bit of the first number that is not small. */
  private static final int SMALL_BITS = 4;

  /** Bits below the leading one that are part of the token. */
  private static final int TOKEN_BITS = 2;

  /** The first token whose open bits one read of 64 bits does not hold at each position. */
  private static final int TWO_READS = SMALL + 4 * (57 - SMALL_BITS + TOKEN_BITS + 1);

  /** What half a byte says of all numbers from it on. */
  private static final int LARGE = 15;

  /** With a larger share of those, a pair of numbers is no byte saved. */
  private static final int FEWEST_PAIRED = 3;

  // Arrays that are used again, by number; of those of longs, the others belong to the callers.
  private static final int TOKENS = 0;
  private static final int OPEN = 1;
  private static final int EXCESS = 0;

  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] OPEN_BITS = new byte[256];
  private static final long[] BASE = new long[256];

  /** By byte of a pair, how many of its numbers are large. */
  private static final byte[] LARGE_OF_PAIR = new byte[256];

  static {
    for (int token = 0; token < BASE.length; token++) {
      int open = token < SMALL ? 0 : (token - SMALL) / 4 + SMALL_BITS - TOKEN_BITS;
      OPEN_BITS[token] = (byte) open;
      BASE[token] = token < SMALL ? token : (4L | token & 3) << open;
      LARGE_OF_PAIR[token] =
          (byte) (((token & LARGE) == LARGE ? 1 : 0) + (token >>> 4 == LARGE ? 1 : 0));
    }
  }

  private Numbers() {}

  static int token(long number) {
    if (number >= 0 && number < SMALL) {
      return (int) number;
    }
    int leading = Long.SIZE - 1 - Long.numberOfLeadingZeros(number);
    int top = (int) (number >>> leading - TOKEN_BITS) & 3;
    return SMALL + (leading - SMALL_BITS) * 4 + top;
  }

  /** Writes the first {@code count} numbers; how many there are is known to the reader. */
  static void write(Output out, long[] numbers, int count) {
    if (count == 0) {
      return;
    }
    Output best = new Output().octet(SINGLE);
    writeSingle(best, numbers, count);
    int large = 0;
    for (int i = 0; i < count; i++) {
      large += isLarge(numbers[i]) ? 1 : 0;
    }
    if (count > 1 && large <= count / FEWEST_PAIRED) {
      Output pairs = new Output().octet(PAIRS);
      writePairs(pairs, numbers, count, large);
      best = pairs.size() < best.size() ? pairs : best;
    }
    out.append(best);
  }

  /** Reads {@code count} numbers, into the array of that number, 1 or above. */
  static long[] read(Input in, int count, Reused reused, int number) {
    if (count == 0) {
      return reused.longs(number, 0);
    }
    int way = in.octet();
    in.check(way == SINGLE || way == PAIRS, "numbers in way " + way + ", neither 0 nor 1");
    return way == SINGLE
        ? readSingle(in, count, reused, number)
        : readPairs(in, count, reused, number);
  }

  private static boolean isLarge(long number) {
    return number < 0 || number >= LARGE;
  }

  private static void writePairs(Output out, long[] numbers, int count, int large) {
    byte[] pairs = new byte[count + 1 >>> 1];
    long[] excess = new long[large];
    int next = 0;
    for (int i = 0; i < count; i++) {
      boolean isLarge = isLarge(numbers[i]);
      int half = isLarge ? LARGE : (int) numbers[i];
      pairs[i >>> 1] |= (byte) (half << 4 * (i & 1));
      if (isLarge) {
        excess[next++] = numbers[i] - LARGE;
      }
    }
    Sections.write(out, pairs, pairs.length);
    writeSingle(out, excess, large);
  }

  private static long[] readPairs(Input in, int count, Reused reused, int number) {
    int octets = count + 1 >>> 1;
    byte[] pairs = Sections.read(in, octets, reused, TOKENS);
    int last = pairs[octets - 1] & 0xFF;
    in.check((count & 1) == 0 || last < SMALL, "a number follows the last one");
    int large = 0;
    for (int i = 0; i < octets; i++) {
      large += LARGE_OF_PAIR[pairs[i] & 0xFF];
    }
    long[] numbers = reused.longs(number, count);
    for (int i = 0; i < count >>> 1; i++) {
      int pair = pairs[i];
      numbers[2 * i] = pair & LARGE;
      numbers[2 * i + 1] = pair >>> 4 & LARGE;
    }
    if ((count & 1) != 0) {
      numbers[count - 1] = last;
    }
    if (large > 0) {
      add(in, readSingle(in, large, reused, EXCESS), large, numbers);
    }
    return numbers;
  }

  /**
   * Adds to each large number what it has above; without a branch, which would be guessed wrong.
   */
  private static void add(Input in, long[] excess, int large, long[] numbers) {
    long most = 0;
    for (int i = 0; i < large; i++) {
      most |= excess[i];
    }
    if (most < 0) {
      for (int i = 0; i < large; i++) {
        in.check(
            Long.compareUnsigned(excess[i], -1L - LARGE) <= 0, "a number has more than 64 bits");
      }
    }
    int next = 0;
    for (int i = 0; next < large; i++) {
      long isLarge = numbers[i] + 1 >>> 4;
      numbers[i] += excess[next] & -isLarge;
      next += (int) isLarge;
    }
  }

  private static void writeSingle(Output out, long[] numbers, int count) {
    byte[] tokens = new byte[count];
    long open = 0;
    for (int i = 0; i < count; i++) {
      int token = token(numbers[i]);
      tokens[i] = (byte) token;
      open += OPEN_BITS[token];
    }
    Sections.write(out, tokens, count);
    int length = Math.toIntExact(open + 7 >>> 3);
    byte[] bits = new byte[length + 2 * Long.BYTES];
    long at = 0;
    for (int i = 0; i < count; i++) {
      int token = tokens[i] & 0xFF;
      put(bits, at, numbers[i] - BASE[token]);
      at += OPEN_BITS[token];
    }
    out.bytes(bits, length);
  }

  private static long[] readSingle(Input in, int count, Reused reused, int number) {
    byte[] tokens = Sections.read(in, count, reused, TOKENS);
    int largest = 0;
    // At most 2^22 numbers of 61 bits.
    int open = 0;
    for (int i = 0; i < count; i++) {
      int token = tokens[i] & 0xFF;
      open += OPEN_BITS[token];
      largest = Math.max(largest, token);
    }
    if (open == 0) {
      long[] numbers = reused.longs(number, count);
      for (int i = 0; i < count; i++) {
        numbers[i] = tokens[i];
      }
      return numbers;
    }
    int length = open + 7 >>> 3;
    in.check(length <= in.left(), "the stream ends where numbers must follow");
    byte[] bits = reused.bytes(OPEN, length + 2 * Long.BYTES);
    System.arraycopy(in.array(), in.skip(length), bits, 0, length);
    in.check(
        (open & 7) == 0 || (bits[length - 1] & 0xFF) >>> (open & 7) == 0,
        "bits behind the last number are set");
    long[] numbers = reused.longs(number, count);
    if (largest >= TWO_READS) {
      readLong(tokens, count, bits, numbers);
      return numbers;
    }
    int at = 0;
    for (int i = 0; i < count; i++) {
      int token = tokens[i] & 0xFF;
      int width = OPEN_BITS[token];
      long value = (long) LITTLE_ENDIAN.get(bits, at >>> 3) >>> (at & 7);
      numbers[i] = BASE[token] + (value & (1L << width) - 1);
      at += width;
    }
    return numbers;
  }

  /** Numbers whose open bits may be in nine bytes. */
  private static void readLong(byte[] tokens, int count, byte[] bits, long[] numbers) {
    int at = 0;
    for (int i = 0; i < count; i++) {
      int token = tokens[i] & 0xFF;
      int width = OPEN_BITS[token];
      int octet = at >>> 3;
      int shift = at & 7;
      long value = (long) LITTLE_ENDIAN.get(bits, octet) >>> shift;
      value |= (bits[octet + Long.BYTES] & 0xFFL) << 1 << Long.SIZE - 1 - shift;
      numbers[i] = BASE[token] + (value & (1L << width) - 1);
      at += width;
    }
  }

  private static void put(byte[] bits, long at, long value) {
    int octet = (int) (at >>> 3);
    int shift = (int) at & 7;
    LITTLE_ENDIAN.set(bits, octet, (long) LITTLE_ENDIAN.get(bits, octet) | value << shift);
    // In two steps: a shift by 64 would be one by 0.
    long rest = value >>> 1 >>> Long.SIZE - 1 - shift;
    bits[octet + Long.BYTES] |= (byte) rest;
  }
}
