package io.tidemark.jobs.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobSpec;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The versions of the registry's metrics that rows were made by.
 *
 * @param versions name of the registry to the version; nothing of a job's own metrics
 */
public record MetricVersions(Map<String, Long> versions) {
  /** The property of a snapshot's summary that holds them as JSON; absent where there are none. */
  public static final String PROPERTY = "tidemark.metrics";

  private static final ObjectMapper JSON = new ObjectMapper();

  public MetricVersions {
    versions = Collections.unmodifiableMap(new TreeMap<>(versions));
  }

  /** Those that a job declares today. */
  public static MetricVersions of(JobSpec job) {
    Map<String, Long> versions = new TreeMap<>();
    if (job instanceof AggregateSpec aggregate) {
      aggregate.registered().values().forEach(each -> versions.put(each.name(), each.version()));
    }
    return new MetricVersions(versions);
  }

  /** What the summary of a snapshot says. */
  public static MetricVersions of(Map<String, String> summary) {
    String json = summary.getOrDefault(PROPERTY, "{}");
    try {
      return new MetricVersions(
          JSON.readValue(json, new TypeReference<TreeMap<String, Long>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("versions of metrics cannot be read: " + json, e);
    }
  }

  /** As properties of a snapshot's summary. */
  Map<String, String> facts() {
    if (versions.isEmpty()) {
      return Map.of();
    }
    try {
      return Map.of(PROPERTY, JSON.writeValueAsString(versions));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("versions of metrics cannot be written", e);
    }
  }

  /**
   * Which metrics have another version in others, as the end of a sentence about the two, in
   * parentheses; empty where none has.
   */
  public String changedTo(MetricVersions others) {
    String changes =
        versions.entrySet().stream()
            .filter(each -> others.versions().containsKey(each.getKey()))
            .filter(each -> !others.versions().get(each.getKey()).equals(each.getValue()))
            .map(
                each ->
                    "metric %s went from version %d to version %d"
                        .formatted(
                            each.getKey(), each.getValue(), others.versions().get(each.getKey())))
            .collect(Collectors.joining(", "));
    return changes.isEmpty() ? "" : " (" + changes + ")";
  }
}
