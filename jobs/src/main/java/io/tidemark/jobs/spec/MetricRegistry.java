package io.tidemark.jobs.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The metrics that are declared below {@code conf/metrics}. */
public final class MetricRegistry {
  /** Of a project that declares none. */
  public static final MetricRegistry EMPTY = new MetricRegistry(Map.of(), Set.of(), true);

  private final Map<String, RegisteredMetric> metrics;
  private final Set<String> declared;
  private final boolean complete;

  /**
   * @param metrics those without problems
   * @param declared names of all, those with problems among them
   * @param complete whether every file could be read
   */
  MetricRegistry(Map<String, RegisteredMetric> metrics, Set<String> declared, boolean complete) {
    this.metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    this.declared = Set.copyOf(declared);
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
    return complete && !declared.contains(name);
  }

  /** Names for a message about one that is not there. */
  Set<String> names() {
    return declared;
  }
}
