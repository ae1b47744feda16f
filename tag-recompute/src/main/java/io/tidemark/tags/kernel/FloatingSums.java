package io.tidemark.tags.kernel;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Sums of floating numbers that are the same to the last bit in whatever order, and in however many
 * parts, their numbers are added.
 *
 * <p>A number is cut at places that lie 30 bits apart, the same for all numbers, and the parts at a
 * place are added as whole numbers. A sum has three places, the highest that any of its numbers
 * reaches and the two below it; what lies lower is cut off, of each number for itself. So each
 * number counts to at least 60 bits below the largest one's first, and a sum is as a rule more
 * exact than one of doubles. Parts of 2^33 numbers can be added.
 *
 * <p>An infinite number makes the sum infinite; NaN, or both infinities, make it NaN.
 */
public final class FloatingSums implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Parts of a sum. */
  public static final int PARTS = 3;

  private static final int PART_BITS = 30;
  private static final long PART = (1L << PART_BITS) - 1;
  private static final int FRACTION_BITS = 52;
  private static final int EXPONENTS = 0x7FF;

  /** Keeps the lowest places that a number has above none. */
  private static final int LIFT = 2 * PART_BITS;

  /** The exponent of a double's last bit. */
  private static final int LEAST_EXPONENT = -1074;

  /** No number's place is higher. */
  private static final int MAX_PLACE = 100;

  private static final byte MINUS_INFINITE = MAX_PLACE + 1;
  private static final byte INFINITE = MAX_PLACE + 2;
  private static final byte NOT_A_NUMBER = MAX_PLACE + 3;

  /** By sum its parts, the lowest first. */
  private long[] parts;

  /** By sum its highest place; 0 where it is 0, more than any where it is not finite. */
  private byte[] places;

  /** So many sums of nothing. */
  public FloatingSums(int count) {
    parts = new long[count * PARTS];
    places = new byte[count];
  }

  /** The same, several times. */
  static FloatingSums[] several(int times, int count) {
    FloatingSums[] all = new FloatingSums[times];
    Arrays.setAll(all, each -> new FloatingSums(count));
    return all;
  }

  /** Numbers that are cut once, to be added to several sums. */
  static final class Numbers {
    /** Behind the parts are zeros, to be added where a sum's places are above the number's. */
    private static final int STRIDE = 2 * PARTS;

    private static final byte NOT_FINITE = Byte.MAX_VALUE;

    private final long[] parts;
    private final byte[] places;

    Numbers(int count) {
      parts = new long[count * STRIDE];
      places = new byte[count];
    }

    static Numbers[] several(int times, int count) {
      Numbers[] all = new Numbers[times];
      Arrays.setAll(all, each -> new Numbers(count));
      return all;
    }

    int count() {
      return places.length;
    }

    void set(int at, double number) {
      byte place = cut(number, parts, at * STRIDE);
      places[at] = place;
      if (place > MAX_PLACE) {
        // Ahead of any sum; what it is stands among the parts, which are not added.
        places[at] = NOT_FINITE;
        parts[at * STRIDE] = place;
      }
    }
  }

  /** Makes a sum that of one number. */
  public void set(int at, double number) {
    places[at] = cut(number, parts, at * PARTS);
  }

  /** Puts the parts of a number into an array; its highest place. */
  private static byte cut(double number, long[] into, int first) {
    long bits = Double.doubleToRawLongBits(number);
    int exponent = (int) (bits >>> FRACTION_BITS) & EXPONENTS;
    long mantissa = bits & (1L << FRACTION_BITS) - 1;
    if (exponent == EXPONENTS) {
      Arrays.fill(into, first, first + PARTS, 0);
      return mantissa != 0 ? NOT_A_NUMBER : number > 0 ? INFINITE : MINUS_INFINITE;
    }
    mantissa |= exponent == 0 ? 0 : 1L << FRACTION_BITS;
    int lowest = Math.max(exponent, 1) - 1 + LIFT;
    int place = (lowest + FRACTION_BITS) / PART_BITS;
    // From 8 to 37, so that the mantissa lies within the three parts.
    int shift = lowest - (place - PARTS + 1) * PART_BITS;
    long middle =
        shift <= PART_BITS ? mantissa >>> PART_BITS - shift : mantissa << shift - PART_BITS;
    long sign = bits >> Long.SIZE - 1;
    into[first] = (mantissa << shift & PART ^ sign) - sign;
    into[first + 1] = (middle & PART ^ sign) - sign;
    into[first + 2] = (mantissa >>> 2 * PART_BITS - shift ^ sign) - sign;
    return mantissa == 0 ? 0 : (byte) place;
  }

  /** Adds a number to a sum. */
  void add(int at, Numbers numbers, int number) {
    int behind = places[at] - numbers.places[number];
    if (behind < 0) {
      if (numbers.places[number] == Numbers.NOT_FINITE) {
        become(at, (byte) numbers.parts[number * Numbers.STRIDE]);
        return;
      }
      raise(at, numbers.places[number]);
      behind = 0;
    }
    int to = at * PARTS;
    int from = number * Numbers.STRIDE + Math.min(behind, PARTS);
    parts[to] += numbers.parts[from];
    parts[to + 1] += numbers.parts[from + 1];
    parts[to + 2] += numbers.parts[from + 2];
  }

  /** Adds a sum of others to one. */
  public void add(int at, FloatingSums others, int other) {
    byte place = others.places[other];
    if (place > MAX_PLACE) {
      become(at, place);
    } else if (place > 0 && places[at] <= MAX_PLACE) {
      if (place > places[at]) {
        raise(at, place);
      }
      int behind = places[at] - place;
      for (int part = behind; part < PARTS; part++) {
        parts[at * PARTS + part - behind] += others.parts[other * PARTS + part];
      }
    }
  }

  /** Takes a higher place; what lies too low for it is cut off. */
  private void raise(int at, byte place) {
    int ahead = place - places[at];
    int first = at * PARTS;
    for (int part = 0; part < PARTS; part++) {
      parts[first + part] = part + ahead < PARTS ? parts[first + part + ahead] : 0;
    }
    places[at] = place;
  }

  /** Adds what is not finite. */
  private void become(int at, byte kind) {
    places[at] = places[at] <= MAX_PLACE || places[at] == kind ? kind : NOT_A_NUMBER;
    Arrays.fill(parts, at * PARTS, (at + 1) * PARTS, 0);
  }

  /** Adds all sums of others, the first of them to that at {@code shift}. */
  public void addAll(FloatingSums others, int shift) {
    for (int at = 0; at < others.places.length; at++) {
      add(at + shift, others, at);
    }
  }

  /** Room for {@code count} sums, of which those that are there begin at {@code shift}. */
  public void grow(int count, int shift) {
    FloatingSums moved = new FloatingSums(count);
    System.arraycopy(parts, 0, moved.parts, shift * PARTS, parts.length);
    System.arraycopy(places, 0, moved.places, shift, places.length);
    parts = moved.parts;
    places = moved.places;
  }

  /** A sum, rounded to the nearest double. */
  public double value(int at) {
    switch (places[at]) {
      case 0:
        return 0;
      case NOT_A_NUMBER:
        return Double.NaN;
      case INFINITE:
        return Double.POSITIVE_INFINITY;
      case MINUS_INFINITE:
        return Double.NEGATIVE_INFINITY;
      default:
        BigInteger sum = BigInteger.ZERO;
        for (int part = PARTS - 1; part >= 0; part--) {
          sum = sum.shiftLeft(PART_BITS).add(BigInteger.valueOf(parts[at * PARTS + part]));
        }
        int exponent = (places[at] - PARTS + 1) * PART_BITS - LIFT + LEAST_EXPONENT;
        return Math.scalb(sum.doubleValue(), exponent);
    }
  }

  /** A sum's highest place, as {@link #putPlace} takes it. */
  public int place(int at) {
    return places[at];
  }

  /** One of a sum's parts. */
  public long part(int at, int part) {
    return parts[at * PARTS + part];
  }

  /** Makes a sum's highest place what {@link #place} was. */
  public void putPlace(int at, int place) {
    places[at] = (byte) place;
  }

  /** Makes a sum's part what {@link #part} was. */
  public void putPart(int at, int part, long value) {
    parts[at * PARTS + part] = value;
  }

  /** Makes all sums those of nothing. */
  public void clear() {
    Arrays.fill(parts, 0);
    Arrays.fill(places, (byte) 0);
  }
}
