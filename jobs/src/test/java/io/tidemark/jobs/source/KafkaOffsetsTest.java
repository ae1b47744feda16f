package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.LostPositionException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KafkaOffsetsTest {
  private static final String TOPIC = "event";

  @Test
  void itReadsAndWritesWhatSparkWrites() {
    String json = "{\"event\":{\"0\":12,\"1\":7,\"10\":1}}";

    KafkaOffsets offsets = KafkaOffsets.parse(TOPIC, json);

    assertThat(offsets).isEqualTo(offsets(Map.of(0, 12L, 1, 7L, 10, 1L)));
    assertThat(offsets.toJson()).isEqualTo(json);
    assertThat(offsets.total()).isEqualTo(20);
  }

  @Test
  void nothingReadIsEmptyText() {
    assertThat(KafkaOffsets.parse(TOPIC, "")).isEqualTo(KafkaOffsets.none(TOPIC));
    assertThatThrownBy(() -> KafkaOffsets.parse(TOPIC, "nonsense"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nonsense");
  }

  @Test
  void aPositionInAnotherTopicIsRefused() {
    assertThatThrownBy(() -> KafkaOffsets.parse(TOPIC, "{\"other\":{\"0\":1}}"))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("other")
        .hasMessageContaining(TOPIC);
    assertThatThrownBy(() -> KafkaOffsets.parse(TOPIC, "{}"))
        .isInstanceOf(LostPositionException.class);
  }

  @Test
  void aReaderGoesOnWhereItStandsAndNowhereElse() {
    KafkaOffsets here = offsets(Map.of(0, 12L, 1, 7L));

    assertThat(here.continuesAt(offsets(Map.of(0, 12L, 1, 7L)))).isTrue();
    assertThat(here.continuesAt(offsets(Map.of(0, 12L, 1, 7L, 2, 0L)))).as("new one").isTrue();
    assertThat(here.continuesAt(offsets(Map.of(0, 11L, 1, 7L)))).as("again").isFalse();
    assertThat(here.continuesAt(offsets(Map.of(0, 13L, 1, 7L)))).as("a gap").isFalse();
    assertThat(here.continuesAt(offsets(Map.of(0, 12L)))).as("one is gone").isFalse();
    assertThat(here.continuesAt(KafkaOffsets.none(TOPIC))).as("all over").isFalse();
  }

  @Test
  void aReaderThatHasReadNothingStartsAnew() {
    assertThat(KafkaOffsets.none(TOPIC).continuesAt(KafkaOffsets.none(TOPIC))).isTrue();
    assertThat(KafkaOffsets.none(TOPIC).continuesAt(offsets(Map.of(0, 12L)))).isFalse();
  }

  @Test
  void theFurthestOfEachPartition() {
    assertThat(offsets(Map.of(0, 12L, 1, 7L)).furthest(offsets(Map.of(0, 3L, 1, 9L, 2, 1L))))
        .isEqualTo(offsets(Map.of(0, 12L, 1, 9L, 2, 1L)));
  }

  @Test
  void theConditionForUnreadMessages() {
    assertThat(offsets(Map.of(0, 12L, 1, 7L)).notYetRead("p", "o"))
        .isEqualTo("CASE WHEN p = 0 THEN o >= 12 WHEN p = 1 THEN o >= 7 ELSE true END");
    assertThat(KafkaOffsets.none(TOPIC).notYetRead("p", "o")).isEqualTo("true");
  }

  @Test
  void whoIsFurthestBackReadsEveryPartitionThatSomebodyKnows() {
    KafkaOffsets one = offsets(Map.of(0, 12L, 1, 7L));
    KafkaOffsets other = offsets(Map.of(0, 10L, 1, 9L, 2, 4L));

    assertThat(one.furthestBack(other)).isEqualTo(offsets(Map.of(0, 10L, 1, 7L, 2, 0L)));
    assertThat(other.furthestBack(one)).isEqualTo(one.furthestBack(other));
    assertThat(one.reaches(one.furthestBack(other))).isTrue();
    assertThat(other.reaches(one.furthestBack(other))).isTrue();
    assertThat(one.reaches(other)).isFalse();
    assertThat(other.reaches(one)).isFalse();
    assertThat(one.reaches(KafkaOffsets.none(TOPIC))).isTrue();
  }

  private static KafkaOffsets offsets(Map<Integer, Long> next) {
    return new KafkaOffsets(TOPIC, new TreeMap<>(next));
  }
}
