package io.tidemark.tests.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Seconds that the sides took at one size. */
final class Timings {
  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

  void add(String side, double taken) {
    seconds.computeIfAbsent(side, key -> new ArrayList<>()).add(taken);
  }

  Iterable<String> sides() {
    return seconds.keySet();
  }

  double median(String side) {
    List<Double> sorted = sorted(side);
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  double min(String side) {
    return sorted(side).get(0);
  }

  double max(String side) {
    List<Double> sorted = sorted(side);
    return sorted.get(sorted.size() - 1);
  }

  private List<Double> sorted(String side) {
    return seconds.get(side).stream().sorted().toList();
  }
}
