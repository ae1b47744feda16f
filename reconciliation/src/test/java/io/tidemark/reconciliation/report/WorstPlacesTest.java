package io.tidemark.reconciliation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.reconciliation.report.WorstPlaces.Found;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class WorstPlacesTest {
  private static final List<String> METRICS = List.of("pv", "readers");

  @Test
  void aPlaceIsOneHoweverManyMetricsDifferThere() {
    List<Place> places =
        WorstPlaces.of(
            List.of(
                found(1, "a", "readers", "lost", "shown"),
                found(2, "a", "pv", "late", "shown"),
                found(1, "b", "pv", "late", "")),
            METRICS,
            3,
            5);

    assertThat(places).extracting(place -> place.columns().get("k")).containsExactly("b", "a");
    assertThat(places.get(1).values())
        .extracting(Place.Value::metric)
        .as("in the order of the metrics")
        .containsExactly("pv", "readers");
    assertThat(places.get(1).causes()).containsExactly("lost", "late");
    assertThat(places.get(1).evidence()).isEqualTo("shown");
  }

  @Test
  void theWorstOfEveryMetricComesBeforeTheSecondWorstOfAny() {
    List<Found> found =
        List.of(
            found(1, "a", "pv", "late", ""),
            found(2, "b", "pv", "late", ""),
            found(3, "c", "pv", "late", ""),
            found(1, "d", "readers", "altered", ""));

    assertThat(WorstPlaces.of(found, METRICS, 3, 2))
        .extracting(place -> place.columns().get("k"))
        .containsExactly("a", "d");
  }

  @Test
  void aPlaceThatIsNoMetricsWorstIsNone() {
    assertThat(WorstPlaces.of(List.of(found(4, "a", "pv", "late", "")), METRICS, 3, 5)).isEmpty();
  }

  private static Found found(long rank, String key, String metric, String cause, String evidence) {
    return new Found(
        rank, Map.of("k", key), new Place.Value(metric, "1", "2", null), Set.of(cause), evidence);
  }
}
