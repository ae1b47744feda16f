package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.source.ReceiveNumbers.Numbered;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiveNumbersTest {
  @Test
  void aMessageHasTheNumberOfTheNextRow() {
    ReceiveNumbers numbers =
        new ReceiveNumbers(
            List.of(
                new Numbered(0, 40, 25, 29), new Numbered(0, 0, 3, 9), new Numbered(1, 7, 0, 4)),
            99);

    assertThat(numbers.of(0, 0)).isZero();
    assertThat(numbers.of(0, 5)).isZero();
    assertThat(numbers.of(0, 12)).isEqualTo(40);
    assertThat(numbers.of(0, 27)).isEqualTo(40);
    assertThat(numbers.of(0, 50)).as("behind all of them").isEqualTo(40);
    assertThat(numbers.of(1, 3)).isEqualTo(7);
    assertThat(numbers.of(2, 3)).as("nothing is left of the partition").isEqualTo(99);
  }

  @Test
  void repairedLettersDoNotMislead() {
    ReceiveNumbers numbers =
        new ReceiveNumbers(
            List.of(
                new Numbered(0, 0, 0, 9),
                new Numbered(0, 1_000, 4, 12),
                new Numbered(0, 10, 10, 19)),
            99);

    assertThat(numbers.of(0, 5)).isZero();
    assertThat(numbers.of(0, 11)).isEqualTo(10);
  }
}
