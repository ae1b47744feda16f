package io.tidemark.tags.codec;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Histories of every shape: sparse and dense, empty, one giant user, values at the limits. */
public final class RandomHistories {
  /** A type of each kind and width. */
  public static final List<MetricType> TYPES =
      List.of(
          MetricType.INTEGER,
          MetricType.decimal(10, 2),
          MetricType.decimal(18, 0),
          MetricType.decimal(38, 4),
          MetricType.DOUBLE);

  private static final double[] ODD_DOUBLES = {
    0.0,
    -0.0,
    Double.NaN,
    Double.longBitsToDouble(0x7ff8000000000123L),
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    Double.NEGATIVE_INFINITY,
    Double.POSITIVE_INFINITY,
    1e300,
    0.1 + 0.2
  };

  private static final long[] ODD_LONGS = {
    Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE, -1, 0, 1, 15, 16, 17, 127, 128
  };

  private final Random random;

  public RandomHistories(long seed) {
    this.random = new Random(seed);
  }

  /** Users of one block, whose span begins at {@code firstDay}. */
  public UserDays days(int firstUser, int users, int firstDay, int span) {
    int[] starts = new int[users + 1];
    int[] days = new int[users * span];
    int count = 0;
    double share = Math.pow(random.nextDouble(), 3);
    for (int user = 0; user < users; user++) {
      double own = random.nextInt(8) == 0 ? 1 : share * random.nextDouble();
      boolean once = random.nextInt(4) == 0;
      int only = random.nextInt(span);
      for (int day = 0; day < span; day++) {
        if (once ? day == only : random.nextDouble() < own) {
          days[count++] = day;
        }
      }
      starts[user + 1] = count;
    }
    return new UserDays(firstUser, firstDay, span, starts, java.util.Arrays.copyOf(days, count));
  }

  /** A value a user-day. */
  public MetricValues values(MetricType type, int count) {
    BitSet nulls = new BitSet();
    int nullsOf = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      nulls.set(i, nullsOf == 2 || nullsOf == 1 && random.nextInt(5) == 0);
    }
    if (random.nextBoolean()) {
      nulls.clear();
    }
    int shape = random.nextInt(6);
    if (type.kind() == Kind.DOUBLE) {
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        values[i] = nulls.get(i) ? 0 : oneDouble(shape);
      }
      return new MetricValues.Doubles(values, nulls);
    }
    long[] low = new long[count];
    long[] high = new long[count];
    for (int i = 0; i < count; i++) {
      if (!nulls.get(i)) {
        BigInteger value =
            type.isWide() ? oneWide(shape) : BigInteger.valueOf(oneLong(type, shape));
        low[i] = value.longValue();
        high[i] = value.shiftRight(Long.SIZE).longValue();
      }
    }
    return type.isWide()
        ? new MetricValues.Wide(high, low, nulls)
        : new MetricValues.Whole(low, nulls);
  }

  private long oneLong(MetricType type, int shape) {
    long value =
        switch (shape) {
          case 0 -> random.nextInt(20);
          case 1 -> 0;
          case 2 -> random.nextLong() >> random.nextInt(Long.SIZE);
          case 3 -> ODD_LONGS[random.nextInt(ODD_LONGS.length)];
          case 4 -> 100L * (random.nextInt(2000) - 1000);
          default -> (long) Math.exp(random.nextGaussian() * 2 + 5);
        };
    return type.kind() == Kind.INTEGER ? value : value % (long) Math.pow(10, type.precision());
  }

  private BigInteger oneWide(int shape) {
    BigInteger limit = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
    return switch (shape) {
      case 0 -> limit;
      case 1 -> limit.negate();
      case 2 -> BigInteger.valueOf(random.nextInt(100) - 50L);
      case 3 -> BigInteger.valueOf(ODD_LONGS[random.nextInt(ODD_LONGS.length)]);
      default ->
          new BigInteger(random.nextInt(126), random)
              .multiply(BigInteger.valueOf(random.nextBoolean() ? 1 : -1));
    };
  }

  private double oneDouble(int shape) {
    return switch (shape) {
      case 0 -> random.nextInt(100);
      case 1 -> random.nextInt(100_000) / 100.0;
      case 2 -> random.nextGaussian();
      case 3 -> ODD_DOUBLES[random.nextInt(ODD_DOUBLES.length)];
      case 4 -> random.nextInt(10) == 0 ? -0.0 : random.nextInt(1000) / 1000.0;
      default -> Double.longBitsToDouble(random.nextLong());
    };
  }
}
