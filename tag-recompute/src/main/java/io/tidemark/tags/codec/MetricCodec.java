package io.tidemark.tags.codec;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/** The stream of one metric's values, in the order of the user-days they belong to. */
public final class MetricCodec {
  // Arrays that are used again, by number: a metric's own, and those for values among NULLs.
  private static final int LONGS = 5;
  private static final int DOUBLES = 2;
  private static final int PRESENT_LONGS = 3;
  private static final int PRESENT_DOUBLES = 0;
  private static final int NULLS = 0;

  private MetricCodec() {}

  /** Writes a value for each user-day. */
  public static byte[] encode(MetricType type, UserDays days, MetricValues values) {
    if (values.count() != days.count()) {
      throw new IllegalArgumentException(
          values.count() + " values for " + days.count() + " user-days");
    }
    Output out = Head.write(kind(type));
    Head.writeOwner(out, days);
    if (type.kind() == Kind.DECIMAL) {
      out.octet(type.precision()).octet(type.scale());
    }
    writeNulls(out, values.nulls(), days.count());
    int[] places = places(values.nulls(), days.count());
    if (values instanceof MetricValues.Whole whole
        && !type.isWide()
        && type.kind() != Kind.DOUBLE) {
      WholeBody.write(out, gather(whole.values(), places), places.length);
    } else if (values instanceof MetricValues.Wide wide && type.isWide()) {
      WideBody.write(out, gather(wide.high(), places), gather(wide.low(), places), places.length);
    } else if (values instanceof MetricValues.Doubles doubles && type.kind() == Kind.DOUBLE) {
      double[] present = Arrays.stream(places).mapToDouble(at -> doubles.values()[at]).toArray();
      DoubleBody.write(out, present, places.length);
    } else {
      throw new IllegalArgumentException(
          values.getClass().getSimpleName() + " are no values of type " + type);
    }
    return out.sealed();
  }

  /**
   * Reads a value for each user-day.
   *
   * @param type what the metric is declared as
   * @param days the user-days it belongs to
   * @param place where the bytes come from, for messages
   * @throws CorruptStreamException when they are not such a stream, or that of other users
   */
  public static MetricValues decode(byte[] bytes, MetricType type, UserDays days, Place place) {
    return decode(bytes, type, days, place, new Reused(), 0);
  }

  /**
   * Reads a value for each user-day.
   *
   * @param metric its place among those that share the arrays
   */
  static MetricValues decode(
      byte[] bytes, MetricType type, UserDays days, Place place, Reused reused, int metric) {
    Input in = Head.open(bytes, kind(type), "values of type " + type, place);
    Head.readOwner(in, days);
    if (type.kind() == Kind.DECIMAL) {
      int precision = in.octet();
      int scale = in.octet();
      in.check(
          precision == type.precision() && scale == type.scale(),
          "the values are decimal(" + precision + "," + scale + "), declared is " + type);
    }
    BitSet nulls = readNulls(in, days.count(), reused);
    MetricValues values =
        type.kind() == Kind.DOUBLE
            ? doubles(in, days.count(), nulls, reused, DOUBLES + metric)
            : type.isWide()
                ? wide(in, days.count(), nulls, reused, LONGS + 2 * metric)
                : whole(in, days.count(), nulls, reused, LONGS + 2 * metric);
    in.finish();
    return values;
  }

  private static MetricValues whole(Input in, int count, BitSet nulls, Reused reused, int own) {
    int number = nulls.isEmpty() ? own : PRESENT_LONGS;
    long[] present = WholeBody.read(in, count - nulls.cardinality(), reused, number);
    return new MetricValues.Whole(scatter(present, nulls, count, reused, own), count, nulls);
  }

  private static MetricValues wide(Input in, int count, BitSet nulls, Reused reused, int own) {
    int number = nulls.isEmpty() ? own : PRESENT_LONGS;
    int presentCount = count - nulls.cardinality();
    WideBody.read(in, presentCount, reused, number);
    return new MetricValues.Wide(
        scatter(reused.longs(number, presentCount), nulls, count, reused, own),
        scatter(reused.longs(number + 1, presentCount), nulls, count, reused, own + 1),
        count,
        nulls);
  }

  private static MetricValues doubles(Input in, int count, BitSet nulls, Reused reused, int own) {
    int number = nulls.isEmpty() ? own : PRESENT_DOUBLES;
    double[] present = DoubleBody.read(in, count - nulls.cardinality(), reused, number);
    if (nulls.isEmpty()) {
      return new MetricValues.Doubles(present, count, nulls);
    }
    double[] values = reused.doubles(own, count);
    int next = 0;
    for (int i = 0; i < count; i++) {
      values[i] = nulls.get(i) ? 0 : present[next++];
    }
    return new MetricValues.Doubles(values, count, nulls);
  }

  /** Puts the values that are there in the places of all, unless all are there. */
  private static long[] scatter(long[] present, BitSet nulls, int count, Reused reused, int own) {
    if (nulls.isEmpty()) {
      return present;
    }
    long[] values = reused.longs(own, count);
    int next = 0;
    for (int i = 0; i < count; i++) {
      values[i] = nulls.get(i) ? 0 : present[next++];
    }
    return values;
  }

  private static int kind(MetricType type) {
    if (type.kind() == Kind.DOUBLE) {
      return Head.DOUBLE;
    }
    return type.isWide() ? Head.WIDE : Head.WHOLE;
  }

  private static void writeNulls(Output out, BitSet nulls, int count) {
    if (nulls.length() > count) {
      throw new IllegalArgumentException("NULL behind the last of " + count + " user-days");
    }
    out.varint(nulls.cardinality());
    if (!nulls.isEmpty()) {
      byte[] bits = Arrays.copyOf(nulls.toByteArray(), octets(count));
      Sections.write(out, bits, bits.length);
    }
  }

  private static BitSet readNulls(Input in, int count, Reused reused) {
    int expected = in.varint(count, "the number of NULLs");
    if (expected == 0) {
      return new BitSet(0);
    }
    int length = octets(count);
    BitSet nulls =
        BitSet.valueOf(ByteBuffer.wrap(Sections.read(in, length, reused, NULLS), 0, length));
    in.check(
        nulls.cardinality() == expected && nulls.length() <= count,
        "the NULLs are not " + expected + " of " + count);
    return nulls;
  }

  private static int octets(int bits) {
    return bits + 7 >>> 3;
  }

  /** User-days that have a value. */
  private static int[] places(BitSet nulls, int count) {
    int[] places = new int[count - nulls.cardinality()];
    int at = nulls.nextClearBit(0);
    for (int i = 0; i < places.length; i++) {
      places[i] = at;
      at = nulls.nextClearBit(at + 1);
    }
    return places;
  }

  private static long[] gather(long[] values, int[] places) {
    long[] present = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      present[i] = values[places[i]];
    }
    return present;
  }
}
