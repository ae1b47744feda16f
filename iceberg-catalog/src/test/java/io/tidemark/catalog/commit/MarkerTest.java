package io.tidemark.catalog.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkerTest {
  private static final Marker MARKER =
      new Marker(
          "ods_event", "c1", 3, 7, "{\"event\":{\"0\":12}}", Map.of("ods.b", 2L, "ods.a", 1L));

  @Test
  void itsTextIsFixed() {
    assertThat(MARKER.toJson())
        .isEqualTo(
            "{\"job\":\"ods_event\",\"checkpoint\":\"c1\",\"epoch\":3,\"batch\":7,"
                + "\"position\":\"{\\\"event\\\":{\\\"0\\\":12}}\","
                + "\"roots\":{\"ods.a\":1,\"ods.b\":2}}");
  }

  @Test
  void whatIsWrittenIsRead() {
    assertThat(Marker.fromJson(MARKER.toJson())).isEqualTo(MARKER);
  }

  @Test
  void unreadableTextSaysWhatItIs() {
    assertThatThrownBy(() -> Marker.fromJson("nonsense"))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("nonsense");
    assertThatThrownBy(() -> Marker.fromJson("{\"job\":\"a\",\"unknown\":1}"))
        .isInstanceOf(LostPositionException.class);
  }

  @Test
  void anEpochIsPositive() {
    assertThatThrownBy(() -> new Marker("a", "c1", 0, 0, "", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epoch 0 of job a");
  }

  @Test
  void itRecordsTheMicroBatchesOfItsOwnCheckpoint() {
    assertThat(MARKER.records(with("c1", 7))).isTrue();
    assertThat(MARKER.records(with("c1", 6))).isTrue();
    assertThat(MARKER.records(with("c1", 8))).isFalse();
    assertThat(MARKER.records(with("c2", 7))).isFalse();
  }

  @Test
  void whatAJobWasMovedBackByStaysWithIt() {
    assertThat(Marker.fromJson(MARKER.toJson()).back()).as("no word of it").isZero();

    Marker back = MARKER.movedTo("{}", 90).takenOver(5, "");

    assertThat(back.back()).isEqualTo(90);
    assertThat(Marker.fromJson(back.toJson())).isEqualTo(back);
    assertThat(back.movedTo("{}", 10).back()).isEqualTo(100);
  }

  private static Marker with(String checkpoint, long batch) {
    return new Marker("ods_event", checkpoint, 1, batch, "", Map.of());
  }
}
