package io.tidemark.jobs.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void agreesWithTheStrictCharsetDecoder() {
    long seed = System.nanoTime();
    System.out.println("Utf8Test seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = mostlyValid(random);
      assertThat(Utf8.firstFault(bytes) < 0)
          .as("seed %d, round %d", seed, round)
          .isEqualTo(decodes(bytes));
    }
  }

  private static byte[] mostlyValid(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(12);
    for (int i = 0; i < length; i++) {
      int bits = new int[] {7, 7, 11, 16, 21}[random.nextInt(5)];
      int point = random.nextInt(1 << bits);
      boolean character = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
      text.appendCodePoint(character ? point : 'x');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextBoolean()) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static boolean decodes(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
