package io.tidemark.reconciliation.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Brings together what the metrics of a job say of the same place. */
public final class WorstPlaces {
  private WorstPlaces() {}

  /**
   * What one metric says of a place.
   *
   * @param rank 1 where the metric differs most
   * @param columns the place
   * @param value the metric there
   * @param causes words for why
   * @param evidence what shows it; {@code null} or empty when nothing does
   */
  public record Found(
      long rank,
      Map<String, String> columns,
      Place.Value value,
      Set<String> causes,
      String evidence) {}

  /**
   * The worst places, each once with all its metrics: the worst of every metric before the second
   * worst of any, and of the same rank that of the metric that is farthest apart.
   *
   * @param found what is known of the job's places
   * @param metrics names of the job's metrics, the farthest apart first
   * @param ranks how many places of a metric are looked at
   * @param most how many places are wanted
   */
  public static List<Place> of(List<Found> found, List<String> metrics, int ranks, int most) {
    Map<Map<String, String>, List<Found>> places = new LinkedHashMap<>();
    found.stream()
        .sorted(
            Comparator.comparingLong(Found::rank)
                .thenComparing(each -> metrics.indexOf(each.value().metric())))
        .forEach(each -> places.computeIfAbsent(each.columns(), p -> new ArrayList<>()).add(each));
    return places.values().stream()
        .filter(of -> of.get(0).rank() <= ranks)
        .limit(most)
        .map(of -> place(of, metrics))
        .toList();
  }

  private static Place place(List<Found> found, List<String> metrics) {
    Set<String> causes = new LinkedHashSet<>();
    found.forEach(each -> causes.addAll(each.causes()));
    return new Place(
        found.get(0).columns(),
        found.stream()
            .map(Found::value)
            .sorted(Comparator.comparing(value -> metrics.indexOf(value.metric())))
            .toList(),
        List.copyOf(causes),
        found.stream()
            .map(Found::evidence)
            .filter(Objects::nonNull)
            .filter(text -> !text.isBlank())
            .distinct()
            .collect(Collectors.joining(" ")));
  }
}
