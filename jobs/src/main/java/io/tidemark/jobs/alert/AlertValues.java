package io.tidemark.jobs.alert;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The values of a metric in some windows, by key. Where there was no row, or none with a value,
 * there is none.
 */
public final class AlertValues {
  private final Map<Map<String, String>, Map<Long, Double>> values = new HashMap<>();

  /**
   * Adds one.
   *
   * @param key dimensions and their values
   * @param value {@code null} for none
   */
  public AlertValues put(Map<String, String> key, long window, Double value) {
    if (value != null && !value.isNaN()) {
      values.computeIfAbsent(Map.copyOf(key), none -> new HashMap<>()).put(window, value);
    }
    return this;
  }

  Optional<Double> get(Map<String, String> key, AlertWindow window) {
    return Optional.ofNullable(values.getOrDefault(key, Map.of()).get(window.number()));
  }
}
