package io.tidemark.tags.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class RoundTripTest {
  private static final Place PLACE =
      new Place("dws.app_history_block", "a.parquet", "users 0 to 9");

  /** More with -Dtidemark.codec.blocks=..., when the codec was changed. */
  private static final int BLOCKS = Integer.getInteger("tidemark.codec.blocks", 400);

  @Test
  void everyBlockComesBackAsItWas() {
    // One for all, as a task has it: nothing of a block before may show.
    BlockDecoder decoder = new BlockDecoder(RandomHistories.TYPES);
    for (int seed = 0; seed < BLOCKS; seed++) {
      Random shape = new Random(seed);
      RandomHistories random = new RandomHistories(seed);
      UserDays days =
          random.days(
              shape.nextInt(1 << 20),
              shape.nextInt(60),
              shape.nextInt(40_000) - 20_000,
              1 + shape.nextInt(shape.nextBoolean() ? 730 : 130));
      List<MetricValues> values =
          RandomHistories.TYPES.stream().map(type -> random.values(type, days.count())).toList();
      assertComesBack(seed, decoder, days, values);
    }
  }

  /** So many users of a day each, and so many days of one user. */
  @Test
  void everySizeAroundAPowerOfTwoComesBack() {
    BlockDecoder decoder = new BlockDecoder(RandomHistories.TYPES);
    for (int power = 1; power <= 1 << 17; power *= 2) {
      for (int count = power - 1; count <= power + 1; count++) {
        RandomHistories random = new RandomHistories(count);
        List<MetricValues> values = new ArrayList<>();
        for (MetricType type : RandomHistories.TYPES) {
          values.add(random.values(type, count));
        }
        int[] starts = IntStream.rangeClosed(0, count).toArray();
        int[] days = IntStream.range(0, count).map(user -> user % 128).toArray();
        assertComesBack(count, decoder, new UserDays(3, 19_000, 128, starts, days), values);
        if (count > 0 && count <= UserDays.MAX_SPAN) {
          assertComesBack(count, decoder, oneUserADay(count), values);
        }
      }
    }
  }

  /** Read into arrays of its own, and by a decoder that has read others before. */
  private static void assertComesBack(
      int seed, BlockDecoder decoder, UserDays days, List<MetricValues> values) {
    byte[] bytes = DaysCodec.encode(days);
    trying(
        seed,
        "days",
        bytes,
        () -> {
          assertSame(seed, days, DaysCodec.decode(bytes, PLACE));
          assertSame(seed, days, trimmed(decoder.days(bytes, PLACE)));
        });
    for (int metric = 0; metric < values.size(); metric++) {
      MetricType type = RandomHistories.TYPES.get(metric);
      MetricValues expected = values.get(metric);
      byte[] encoded = MetricCodec.encode(type, days, expected);
      int place = metric;
      trying(
          seed,
          type.toString(),
          encoded,
          () -> {
            assertSame(seed, expected, MetricCodec.decode(encoded, type, days, PLACE));
            assertSame(
                seed, expected, trimmed(decoder.values(place, encoded, PLACE), days.count()));
          });
    }
  }

  private static void trying(int seed, String what, byte[] bytes, Runnable decoding) {
    try {
      decoding.run();
    } catch (AssertionError | RuntimeException e) {
      String name = "round-trip-" + seed + "-" + what.replaceAll("\\W", "-");
      throw new AssertionError(
          "seed %d, %s, kept in %s"
              .formatted(
                  seed, what, FailingInputs.keep(name, what, HexFormat.of().formatHex(bytes))),
          e);
    }
  }

  private static UserDays trimmed(UserDays days) {
    return new UserDays(
        days.firstUser(),
        days.firstDay(),
        days.span(),
        Arrays.copyOf(days.starts(), days.users() + 1),
        Arrays.copyOf(days.days(), days.count()));
  }

  private static MetricValues trimmed(MetricValues values, int count) {
    assertThat(values.count()).isEqualTo(count);
    if (values instanceof MetricValues.Doubles doubles) {
      return new MetricValues.Doubles(Arrays.copyOf(doubles.values(), count), values.nulls());
    }
    if (values instanceof MetricValues.Whole whole) {
      return new MetricValues.Whole(Arrays.copyOf(whole.values(), count), values.nulls());
    }
    MetricValues.Wide wide = (MetricValues.Wide) values;
    return new MetricValues.Wide(
        Arrays.copyOf(wide.high(), count), Arrays.copyOf(wide.low(), count), values.nulls());
  }

  @Test
  void valuesAroundEveryPowerOfTwoComeBack() {
    long[] around =
        IntStream.range(0, Long.SIZE)
            .mapToLong(bit -> 1L << bit)
            .flatMap(power -> java.util.stream.LongStream.of(power - 1, power, power + 1, -power))
            .toArray();
    UserDays days = oneUserADay(around.length);
    MetricValues values = new MetricValues.Whole(around, new BitSet());
    byte[] bytes = MetricCodec.encode(MetricType.INTEGER, days, values);
    assertSame(0, values, MetricCodec.decode(bytes, MetricType.INTEGER, days, PLACE));
    for (long one : around) {
      MetricValues alone = new MetricValues.Whole(new long[] {one}, new BitSet());
      byte[] of = MetricCodec.encode(MetricType.INTEGER, oneUserADay(1), alone);
      assertSame(one, alone, MetricCodec.decode(of, MetricType.INTEGER, oneUserADay(1), PLACE));
    }
  }

  @Test
  void tokensCoverAllNumbersInOrder() {
    assertThat(Numbers.token(0)).isZero();
    assertThat(Numbers.token(15)).isEqualTo(15);
    assertThat(Numbers.token(16)).isEqualTo(16);
    assertThat(Numbers.token(19)).isEqualTo(16);
    assertThat(Numbers.token(20)).isEqualTo(17);
    assertThat(Numbers.token(31)).isEqualTo(19);
    assertThat(Numbers.token(32)).isEqualTo(20);
    assertThat(Numbers.token(-1)).isEqualTo(255);
  }

  @Test
  void aGiantUserAndAnEmptyBlockComeBack() {
    UserDays giant = oneUserADay(UserDays.MAX_SPAN);
    assertSame(0, giant, DaysCodec.decode(DaysCodec.encode(giant), PLACE));
    UserDays nobody = new UserDays(0, 0, 1, new int[] {0}, new int[0]);
    assertSame(0, nobody, DaysCodec.decode(DaysCodec.encode(nobody), PLACE));
  }

  @Test
  void aBlockThatContradictsItselfIsNotMade() {
    assertThatThrownBy(() -> new UserDays(5, 0, 8, new int[] {0, 2}, new int[] {3, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("days of user 5 that do not ascend");
    UserDays days = oneUserADay(2);
    MetricValues three = new MetricValues.Whole(new long[3], new BitSet());
    assertThatThrownBy(() -> MetricCodec.encode(MetricType.INTEGER, days, three))
        .hasMessage("3 values for 2 user-days");
    MetricValues two = new MetricValues.Whole(new long[2], new BitSet());
    assertThatThrownBy(() -> MetricCodec.encode(MetricType.DOUBLE, days, two))
        .hasMessage("Whole are no values of type double");
  }

  static UserDays oneUserADay(int count) {
    return new UserDays(
        7, 20_000, count, new int[] {0, count}, IntStream.range(0, count).toArray());
  }

  static void assertSame(long seed, UserDays expected, UserDays found) {
    assertThat(List.of(found.firstUser(), found.firstDay(), found.span(), found.users()))
        .as("seed %d", seed)
        .isEqualTo(
            List.of(expected.firstUser(), expected.firstDay(), expected.span(), expected.users()));
    assertThat(found.starts()).as("seed %d", seed).isEqualTo(expected.starts());
    assertThat(found.days()).as("seed %d", seed).isEqualTo(expected.days());
  }

  static void assertSame(long seed, MetricValues expected, MetricValues found) {
    assertThat(found.nulls()).as("seed %d", seed).isEqualTo(expected.nulls());
    if (expected instanceof MetricValues.Doubles doubles) {
      assertThat(bits((MetricValues.Doubles) found)).as("seed %d", seed).isEqualTo(bits(doubles));
    } else if (expected instanceof MetricValues.Whole whole) {
      assertThat(((MetricValues.Whole) found).values())
          .as("seed %d", seed)
          .isEqualTo(whole.values());
    } else if (expected instanceof MetricValues.Wide wide) {
      assertThat(((MetricValues.Wide) found).high()).as("seed %d", seed).isEqualTo(wide.high());
      assertThat(((MetricValues.Wide) found).low()).as("seed %d", seed).isEqualTo(wide.low());
    }
  }

  private static long[] bits(MetricValues.Doubles values) {
    return java.util.Arrays.stream(values.values())
        .mapToLong(Double::doubleToRawLongBits)
        .toArray();
  }
}
