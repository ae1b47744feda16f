package io.tidemark.jobs.decode;

import static io.tidemark.jobs.decode.Columns.column;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.EventTimeSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Random messages and random bytes; a failure names the seed to set in {@code decoder.seed}. */
class JsonDecoderOracleTest {
  private static final Instant RECORD = Instant.ofEpochMilli(1709164800000L);
  private static final EventTimeSpec EVENT_TIME =
      new EventTimeSpec("t", Instant.parse("2000-01-01T00:00:00Z"), Duration.ofMinutes(5));
  private static final List<ColumnSpec> COLUMNS =
      List.of(
          column("t", "timestamp", true, "t", TimeFormat.EPOCH_MILLIS),
          column("s", "string", true),
          column("b", "boolean", false),
          column("i", "int", false),
          column("l", "bigint", false),
          column("d", "double", false),
          column("m", "decimal(7,3)", false),
          column("day", "date", false),
          column("secs", "timestamp", false, "secs", TimeFormat.EPOCH_SECONDS),
          column("iso", "timestamp", false, "iso", TimeFormat.ISO_8601),
          column("city", "string", false, "geo.at.city", null),
          column("zip", "int", false, "geo.zip", null));

  private final JsonDecoder decoder = new JsonDecoder(COLUMNS, EVENT_TIME);
  private final long seed = Long.getLong("decoder.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void agreesWithTheTreeOnRandomMessages() {
    System.out.println("decoder.seed=" + seed);
    TreeOracle oracle = new TreeOracle(COLUMNS, EVENT_TIME);
    RandomMessages messages = new RandomMessages(random);
    Map<Reason, Integer> met = new EnumMap<>(Reason.class);
    int accepted = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] message = messages.next();
      Decoded decoded = decoder.decode(message, RECORD);
      Object expected = oracle.decode(message, RECORD);
      int number = round;
      Supplier<String> about =
          () ->
              "decoder.seed=%d round %d: %s -> %s"
                  .formatted(seed, number, new String(message, StandardCharsets.UTF_8), decoded);
      if (decoded instanceof Decoded.Accepted row) {
        accepted++;
        assertThat(expected).as(about).isEqualTo(row.values());
      } else {
        Reason reason = ((Decoded.Rejected) decoded).reason();
        met.merge(reason, 1, Integer::sum);
        assertThat(reason).as(about).isEqualTo(expected);
      }
    }
    assertThat(accepted).as("accepted, beside %s", met).isGreaterThan(10_000);
    assertThat(met.keySet())
        .as("reasons met")
        .isEqualTo(EnumSet.range(Reason.EMPTY, Reason.IMPOSSIBLE_TIME));
  }

  @Test
  void neverThrowsForBrokenMessages() {
    System.out.println("decoder.seed=" + seed);
    RandomMessages messages = new RandomMessages(random);
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = messages.next();
      for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
        switch (random.nextInt(3)) {
          case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
          case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
          default -> bytes = spliced(bytes, messages.next());
        }
      }
      assertDecodes(bytes, round);
    }
  }

  @Test
  void neverThrowsForRandomBytes() {
    System.out.println("decoder.seed=" + seed);
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      if (round % 2 == 0) {
        random.nextBytes(bytes);
      } else {
        byte[] alphabet = "{}[]\",:0123456789.eE+-tsbnul\\ \u00e9".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = i == 0 ? (byte) '{' : alphabet[random.nextInt(alphabet.length)];
        }
      }
      assertDecodes(bytes, round);
    }
  }

  private void assertDecodes(byte[] bytes, int round) {
    assertThat(decoder.decode(bytes, RECORD))
        .as(() -> "decoder.seed=%d round %d: %s".formatted(seed, round, Arrays.toString(bytes)))
        .isNotNull();
  }

  private byte[] spliced(byte[] head, byte[] tail) {
    int cut = random.nextInt(head.length);
    int from = random.nextInt(tail.length + 1);
    byte[] result = Arrays.copyOf(head, cut + tail.length - from);
    System.arraycopy(tail, from, result, cut, tail.length - from);
    return result;
  }
}
