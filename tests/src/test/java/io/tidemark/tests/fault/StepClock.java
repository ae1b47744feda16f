package io.tidemark.tests.fault;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the time between reports of a process is spent on. */
final class StepClock {
  private final Map<String, Spent> bySteps = new LinkedHashMap<>();
  private long last = System.nanoTime();

  private record Spent(int times, double seconds) {}

  /** A step has just ended. */
  void add(String step) {
    long now = System.nanoTime();
    bySteps.merge(
        step,
        new Spent(1, (now - last) / 1e9),
        (all, one) -> new Spent(all.times() + 1, all.seconds() + one.seconds()));
    last = now;
  }

  @Override
  public String toString() {
    return bySteps.entrySet().stream()
        .map(
            step ->
                String.format(
                    Locale.ROOT,
                    "%s: %d times, %.1f s each",
                    step.getKey(),
                    step.getValue().times(),
                    step.getValue().seconds() / step.getValue().times()))
        .collect(Collectors.joining("; "));
  }
}
