package io.tidemark.tags.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class CorruptStreamTest {
  private static final Place PLACE =
      new Place("dws.app_history_block", "b7.parquet", "users 4096 to 8191 of bucket 7");

  /** More with -Dtidemark.codec.flips=..., when the codec was changed. */
  private static final int FLIPS = Integer.getInteger("tidemark.codec.flips", 20_000);

  private final UserDays days = new RandomHistories(1).days(4096, 16, 20_000, 64);
  private final byte[] whole = DaysCodec.encode(days);
  private final BlockDecoder decoder = new BlockDecoder(RandomHistories.TYPES);

  @Test
  void everyTruncationIsRefused() {
    byte[] bytes = DaysCodec.encode(days);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> DaysCodec.decode(cut, PLACE))
          .isInstanceOf(CorruptStreamException.class)
          .hasMessageStartingWith(
              "dws.app_history_block, file b7.parquet, users 4096 to 8191 of bucket 7: ");
      byte[] resealed = seal(cut);
      // Without its checksum alone it is whole.
      if (length != bytes.length - 4) {
        assertThatThrownBy(() -> DaysCodec.decode(resealed, PLACE))
            .isInstanceOf(CorruptStreamException.class);
      }
    }
  }

  @Test
  void everyTruncationOfValuesIsRefused() {
    for (MetricType type : RandomHistories.TYPES) {
      byte[] bytes = encoded(type, 3);
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        byte[] resealed = seal(cut);
        assertThatThrownBy(() -> MetricCodec.decode(cut, type, days, PLACE))
            .isInstanceOf(CorruptStreamException.class);
        if (length != bytes.length - 4) {
          assertThatThrownBy(() -> MetricCodec.decode(resealed, type, days, PLACE))
              .isInstanceOf(CorruptStreamException.class);
        }
      }
    }
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] bytes = DaysCodec.encode(days);
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
      assertThatThrownBy(() -> DaysCodec.decode(flipped, PLACE))
          .isInstanceOf(CorruptStreamException.class)
          .hasMessageContaining("checksum");
    }
  }

  /** Behind a checksum that was made for them, changed bytes are read or refused, and no more. */
  @Test
  void changedBytesWithTheirOwnChecksumAreReadOrRefused() {
    int refused = 0;
    for (int seed = 0; seed < FLIPS; seed++) {
      Random random = new Random(seed);
      boolean ofDays = random.nextInt(3) == 0;
      MetricType type = RandomHistories.TYPES.get(random.nextInt(RandomHistories.TYPES.size()));
      byte[] bytes = ofDays ? whole.clone() : encoded(type, seed % 50);
      for (int change = 0; change <= random.nextInt(4); change++) {
        // The first bytes say most.
        int most = random.nextBoolean() ? Math.min(24, bytes.length - 4) : bytes.length - 4;
        bytes[random.nextInt(most)] = (byte) random.nextInt(256);
      }
      byte[] changed = seal(Arrays.copyOf(bytes, bytes.length - 4));
      String what = ofDays ? "days" : type.toString();
      try {
        refused += isRefused(what, changed) ? 1 : 0;
      } catch (RuntimeException | OutOfMemoryError | AssertionError e) {
        String hex = HexFormat.of().formatHex(changed);
        fail(
            "seed %d, kept in %s".formatted(seed, FailingInputs.keep("flip-" + seed, what, hex)),
            e);
      }
    }
    assertThat(refused).isGreaterThan(FLIPS / 4);
  }

  /** What once was more than read or refused is tried again. */
  @Test
  void inputsThatOnceFailedAreReadOrRefused() throws IOException {
    List<List<String>> inputs = FailingInputs.all();
    assertThat(inputs).isNotEmpty();
    for (List<String> input : inputs) {
      isRefused(input.get(0), HexFormat.of().parseHex(input.get(1)));
    }
  }

  /**
   * Reads bytes as a task does, with a decoder that goes on to the next block, and on their own:
   * both do the same with them, and the next block is what it was.
   */
  private boolean isRefused(String what, byte[] bytes) {
    boolean refused;
    if (what.equals("days")) {
      refused = refuses(() -> DaysCodec.decode(bytes, PLACE));
      assertThat(refuses(() -> decoder.days(bytes, PLACE))).isEqualTo(refused);
    } else {
      int metric = RandomHistories.TYPES.stream().map(MetricType::toString).toList().indexOf(what);
      MetricType type = RandomHistories.TYPES.get(metric);
      refused =
          refuses(
              () ->
                  assertThat(MetricCodec.decode(bytes, type, days, PLACE).count())
                      .isEqualTo(days.count()));
      decoder.days(whole, PLACE);
      assertThat(refuses(() -> decoder.values(metric, bytes, PLACE))).isEqualTo(refused);
    }
    assertThat(decoder.days(whole, PLACE).count()).isEqualTo(days.count());
    return refused;
  }

  private static boolean refuses(Runnable reading) {
    try {
      reading.run();
      return false;
    } catch (CorruptStreamException e) {
      return true;
    }
  }

  @Test
  void randomBytesAreRefused() {
    for (int seed = 0; seed < 5_000; seed++) {
      byte[] noise = new byte[new Random(seed).nextInt(200)];
      new Random(seed).nextBytes(noise);
      if (seed % 2 == 0 && noise.length > 3) {
        noise[0] = 0x54;
        noise[1] = 1;
        noise[2] = 1;
      }
      assertThatThrownBy(() -> DaysCodec.decode(seal(noise), PLACE))
          .isInstanceOf(CorruptStreamException.class);
    }
  }

  /** Twenty bytes that claim a million users are refused before anything is allocated for them. */
  @Test
  void fewBytesCannotClaimMuch() {
    Output out = Head.write(Head.DAYS).zigzag(0).varint(0).varint(UserDays.MAX_USER_DAYS);
    out.varint(128)
        .varint(UserDays.MAX_USERS)
        .varint(UserDays.MAX_USERS)
        .octet(0)
        .varint(4)
        .bytes(new byte[4], 4);
    assertThatThrownBy(() -> DaysCodec.decode(out.sealed(), PLACE))
        .hasMessageContaining("a section of 4 bytes cannot hold 1048576");
  }

  @Test
  void anUnknownVersionIsNamed() {
    byte[] bytes = DaysCodec.encode(days);
    bytes[1] = 2;
    assertThatThrownBy(() -> DaysCodec.decode(seal(Arrays.copyOf(bytes, bytes.length - 4)), PLACE))
        .hasMessage(
            "dws.app_history_block, file b7.parquet, users 4096 to 8191 of bucket 7: the stream has"
                + " version 2, and this program reads version 1; restore the file, or build these"
                + " users' history anew");
  }

  @Test
  void valuesOfOtherUsersOrAnotherTypeAreRefused() {
    byte[] bytes = encoded(MetricType.decimal(10, 2), 3);
    UserDays others = new RandomHistories(1).days(0, 16, 20_000, 64);
    assertThatThrownBy(() -> MetricCodec.decode(bytes, MetricType.decimal(10, 2), others, PLACE))
        .hasMessageContaining("user-days from user 4096 and day 20000, the days of");
    assertThatThrownBy(() -> MetricCodec.decode(bytes, MetricType.decimal(10, 3), days, PLACE))
        .hasMessageContaining("the values are decimal(10,2), declared is decimal(10,3)");
    assertThatThrownBy(() -> MetricCodec.decode(bytes, MetricType.DOUBLE, days, PLACE))
        .hasMessageContaining("of kind 2, where values of type double belong");
    assertThatThrownBy(() -> DaysCodec.decode(bytes, PLACE))
        .hasMessageContaining("of kind 2, where days belong");
  }

  @Test
  void bytesLeftOverAreRefused() {
    MetricValues none = new MetricValues.Whole(new long[0], new BitSet());
    UserDays nobody = new UserDays(0, 0, 1, new int[] {0}, new int[0]);
    byte[] bytes = MetricCodec.encode(MetricType.INTEGER, nobody, none);
    byte[] longer = seal(Arrays.copyOf(bytes, bytes.length - 3));
    assertThatThrownBy(() -> MetricCodec.decode(longer, MetricType.INTEGER, nobody, PLACE))
        .hasMessageContaining("1 bytes are left over");
  }

  private byte[] encoded(MetricType type, int seed) {
    return MetricCodec.encode(type, days, new RandomHistories(seed).values(type, days.count()));
  }

  private static byte[] seal(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    byte[] sealed = Arrays.copyOf(body, body.length + 4);
    for (int i = 0; i < 4; i++) {
      sealed[body.length + i] = (byte) (crc.getValue() >>> 8 * i);
    }
    return sealed;
  }
}
