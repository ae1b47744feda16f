package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The metrics that are declared below {@code conf/metrics}. */
public final class MetricRegistry {
  /** Of a project that declares none. */
  public static final MetricRegistry EMPTY = new MetricRegistry(Map.of(), Map.of(), true);

  private final Map<String, RegisteredMetric> metrics;
  private final Map<String, Map<String, Section>> declared;
  private final boolean complete;

  /**
   * @param metrics those without problems
   * @param declared the alerts beside all, by name, those with problems among them
   * @param complete whether every file could be read
   */
  MetricRegistry(
      Map<String, RegisteredMetric> metrics,
      Map<String, Map<String, Section>> declared,
      boolean complete) {
    this.metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    this.declared = Collections.unmodifiableMap(new LinkedHashMap<>(declared));
    this.complete = complete;
  }

  /** All metrics, by file and then as written. */
  public List<RegisteredMetric> metrics() {
    return List.copyOf(metrics.values());
  }

  /** The metric of that name. */
  public Optional<RegisteredMetric> find(String name) {
    return Optional.ofNullable(metrics.get(name));
  }

  /**
   * Whether nobody has declared such a metric; one that could not be read, or stands in a file that
   * could not be, has problems of its own already.
   */
  boolean lacks(String name) {
    return complete && !declared.containsKey(name);
  }

  /** Names for a message about one that is not there. */
  Set<String> names() {
    return declared.keySet();
  }

  /** The alerts that stand beside metrics, by the names of metric and alert. */
  Map<String, Map<String, Section>> alerts() {
    return declared;
  }
}
