package io.tidemark.tests.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What the rounds of each side took at one size. */
final class Timings {
  /**
   * What one round took.
   *
   * @param seconds on the clock
   * @param cpuSeconds of all processors, by this JVM
   */
  record Taken(double seconds, double cpuSeconds) {
    /** This and then another. */
    Taken and(Taken next) {
      return new Taken(seconds + next.seconds, cpuSeconds + next.cpuSeconds);
    }
  }

  private final Map<String, List<Taken>> bySide = new LinkedHashMap<>();

  void add(String side, Taken taken) {
    bySide.computeIfAbsent(side, key -> new ArrayList<>()).add(taken);
  }

  Iterable<String> sides() {
    return bySide.keySet();
  }

  int rounds(String side) {
    return bySide.get(side).size();
  }

  double median(String side) {
    return median(sorted(side, Taken::seconds));
  }

  double min(String side) {
    return sorted(side, Taken::seconds).get(0);
  }

  double max(String side) {
    List<Double> sorted = sorted(side, Taken::seconds);
    return sorted.get(sorted.size() - 1);
  }

  double medianCpu(String side) {
    return median(sorted(side, Taken::cpuSeconds));
  }

  private List<Double> sorted(String side, ToDoubleFunction<Taken> measure) {
    return bySide.get(side).stream().mapToDouble(measure).sorted().boxed().toList();
  }

  private static double median(List<Double> sorted) {
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
