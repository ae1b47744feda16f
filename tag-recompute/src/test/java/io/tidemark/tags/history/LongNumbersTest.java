package io.tidemark.tags.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class LongNumbersTest {
  @Test
  void manyKeysKeepTheirNumbers() {
    LongNumbers numbers = new LongNumbers();
    Map<Long, Integer> expected = new HashMap<>();
    Random random = new Random(3);
    for (int number = 0; number < 5_000; number++) {
      long key = number % 2 == 0 ? random.nextLong() : (long) number << 20;
      if (expected.putIfAbsent(key, number) == null) {
        numbers.put(key, number);
      }
    }
    expected.forEach((key, number) -> assertThat(numbers.get(key)).isEqualTo(number));
    for (long unknown = -1; unknown > -5_000; unknown--) {
      assertThat(numbers.get(unknown)).isEqualTo(expected.getOrDefault(unknown, -1));
    }
  }
}
