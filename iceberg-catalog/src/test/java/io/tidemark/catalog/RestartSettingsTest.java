package io.tidemark.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RestartSettingsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void pausesDoubleUpToTheLongest() {
    RestartSettings settings = new RestartSettings(null, SECOND, SECOND.multipliedBy(5));

    assertThat(LongStream.of(0, 1, 2, 3, 4, Long.MAX_VALUE).mapToObj(settings::after))
        .extracting(pause -> pause.orElseThrow().toSeconds())
        .containsExactly(1L, 2L, 4L, 5L, 5L, 5L);
  }

  @Test
  void aRowHasAnEndWhereOneIsDeclared() {
    RestartSettings settings = new RestartSettings(2L, SECOND, SECOND);

    assertThat(settings.after(1)).hasValue(SECOND);
    assertThat(settings.after(2)).isEmpty();
    assertThat(new RestartSettings(0L, SECOND, SECOND).after(0)).isEmpty();
  }

  @Test
  void aStreamThatWaitsForNothingDoesNotSpin() {
    RestartSettings settings = new RestartSettings(null, Duration.ZERO, SECOND);

    assertThat(settings.after(0)).hasValue(Duration.ZERO);
    assertThat(settings.after(1)).hasValue(SECOND);
  }

  @Test
  void aLongestPauseIsNoShorterThanTheFirst() {
    assertThatThrownBy(() -> new RestartSettings(null, SECOND.multipliedBy(2), SECOND))
        .hasMessageContaining("longest-backoff");
  }
}
