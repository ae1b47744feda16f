package io.tidemark.tags.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class PackingTest {
  /** Random numbers, at their limits for as many users as a packing says it holds. */
  @Test
  void sumsOverAsManyUsersAsItHoldsComeApart() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int numbers = 1 + random.nextInt(12);
      int[] bits = random.ints(numbers, 1, 33).toArray();
      boolean[] signed = new boolean[numbers];
      boolean[] growing = new boolean[numbers];
      for (int number = 0; number < numbers; number++) {
        signed[number] = random.nextBoolean();
        growing[number] = random.nextBoolean();
      }
      Packing packing = Packing.of(bits, signed, growing, 1 + random.nextInt(1000));
      long[] largest = new long[numbers];
      for (int number = 0; number < numbers; number++) {
        int most = bits[number] + (growing[number] ? packing.headroom() : 0);
        boolean lowest = signed[number] && random.nextBoolean();
        long value = lowest ? -(1L << most) : (1L << most) - 1;
        largest[number] = random.nextInt(4) == 0 ? 0 : value;
      }
      long[] row = new long[packing.words() + 1];
      packing.pack(largest, row, 1);
      long[] cell = new long[packing.words()];
      for (int word = 0; word < packing.words(); word++) {
        cell[word] = row[word + 1] * packing.users();
      }
      long[] apart = new long[numbers];
      packing.unpack(cell, 0, apart);
      for (int number = 0; number < numbers; number++) {
        long sum = largest[number] * packing.users();
        assertThat(apart[number]).as("seed %d, number %d", seed, number).isEqualTo(sum);
        assertThat(packing.number(cell, 0, number)).as("seed %d", seed).isEqualTo(sum);
        long[] copied = new long[1];
        packing.copy(cell, 0, 1, number, copied);
        assertThat(copied[0]).as("seed %d", seed).isEqualTo(sum);
      }
    }
  }

  @Test
  void theFewestWordsAreFilledWithRoom() {
    int[] bits = {1, 7, 17, 6, 10};
    boolean[] none = new boolean[5];
    Packing packing = Packing.of(bits, none, none, 60_000);
    assertThat(packing.words()).isEqualTo(2);
    assertThat(packing.users()).isEqualTo(1 << 16);
    assertThat(Packing.of(bits, none, none, 70_000).words()).isEqualTo(3);
    Packing room = Packing.of(bits, none, new boolean[] {false, true, true, true, true}, 1000);
    assertThat(room.words()).isEqualTo(2);
    assertThat(room.headroom()).isEqualTo(3);
    int[] alike = IntStream.range(0, 7).map(number -> number == 0 ? 1 : 12).toArray();
    boolean[] growing = {false, true, true, true, true, true, true};
    Packing full = Packing.of(alike, new boolean[7], growing, 30);
    assertThat(List.of(full.words(), full.headroom())).isEqualTo(List.of(2, 2));
    assertThat(full.users()).isEqualTo(32);
  }
}
