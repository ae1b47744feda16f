package io.tidemark.jobs.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The versions of the dimensions that rows were looked up in.
 *
 * @param snapshots dimension table ({@code dim.content}) to the snapshot that was read, {@link
 *     #WITHOUT_ROWS} for a table that nothing was ever written to
 */
public record DimensionVersions(SortedMap<String, Long> snapshots) {
  /** The property of a snapshot's summary that holds them as JSON; absent where there are none. */
  public static final String PROPERTY = "tidemark.dimensions";

  /** Stands for the snapshot of a table that has none yet. */
  public static final long WITHOUT_ROWS = -1;

  /** Nothing was looked up. */
  public static final DimensionVersions NONE = new DimensionVersions(new TreeMap<>());

  private static final ObjectMapper JSON = new ObjectMapper();

  public DimensionVersions {
    snapshots = Collections.unmodifiableSortedMap(new TreeMap<>(snapshots));
  }

  /** What the summary of a snapshot says. */
  public static DimensionVersions of(Map<String, String> summary) {
    String json = summary.get(PROPERTY);
    if (json == null) {
      return NONE;
    }
    try {
      return new DimensionVersions(
          JSON.readValue(json, new TypeReference<TreeMap<String, Long>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("versions of dimensions cannot be read: " + json, e);
    }
  }

  /** As properties of a snapshot's summary. */
  Map<String, String> facts() {
    if (snapshots.isEmpty()) {
      return Map.of();
    }
    try {
      return Map.of(PROPERTY, JSON.writeValueAsString(snapshots));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("versions of dimensions cannot be written", e);
    }
  }
}
