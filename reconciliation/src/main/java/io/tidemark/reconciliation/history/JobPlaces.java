package io.tidemark.reconciliation.history;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.reconciliation.report.Place;
import io.tidemark.reconciliation.report.WorstPlaces;
import io.tidemark.reconciliation.report.WorstPlaces.Found;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The keys and values of dimensions of a day in which jobs are farthest apart. */
final class JobPlaces {
  private static final String DIMENSIONS = "reconciliation_dimension";
  private static final String KEYS = "reconciliation_key";
  private static final String KEY = "key";

  /** Of each metric so many are looked at. */
  private static final int RANKS = 3;

  private static final int MOST_KEYS = 4;
  private static final int MOST_VALUES = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<OpsRow>> dimensions;
  private final Map<String, List<OpsRow>> keys;

  JobPlaces(OpsTables tables, LocalDate day) {
    this.dimensions = JobHistory.byJob(tables.rows(DIMENSIONS, day));
    // The table has thousands of keys: the worst are looked up, then what all metrics say of them.
    Set<String> worst =
        tables.rows(KEYS, day, day, col("rank").leq(RANKS)).stream()
            .map(row -> row.text(KEY, ""))
            .collect(Collectors.toSet());
    this.keys =
        worst.isEmpty()
            ? Map.of()
            : JobHistory.byJob(tables.rows(KEYS, day, day, col(KEY).isInCollection(worst)));
  }

  /**
   * The worst of a job.
   *
   * @param metrics names of its metrics, the farthest apart first
   */
  Place.Worst worst(String job, List<String> metrics) {
    List<Place> values = new ArrayList<>();
    dimensions.getOrDefault(job, List.of()).stream()
        .collect(
            Collectors.groupingBy(
                row -> row.text("dimension", ""),
                LinkedHashMap::new,
                Collectors.mapping(JobPlaces::dimension, Collectors.toList())))
        .values()
        .forEach(found -> values.addAll(WorstPlaces.of(found, metrics, RANKS, MOST_VALUES)));
    List<Found> found = keys.getOrDefault(job, List.of()).stream().map(JobPlaces::key).toList();
    return new Place.Worst(values, WorstPlaces.of(found, metrics, RANKS, MOST_KEYS));
  }

  private static Found dimension(OpsRow row) {
    Map<String, String> column = new LinkedHashMap<>();
    column.put(row.text("dimension", ""), row.text("value"));
    return new Found(
        row.number("rank", Long.MAX_VALUE),
        column,
        new Place.Value(
            row.text("metric", ""),
            row.text("stream_total"),
            row.text("batch_total"),
            row.number("differing_keys", 0)),
        Set.of(),
        "");
  }

  private static Found key(OpsRow row) {
    return new Found(
        row.number("rank", Long.MAX_VALUE),
        object(row.text(KEY), KEY),
        new Place.Value(
            row.text("metric", ""), row.text("stream_value"), row.text("batch_value"), null),
        object(row.text("causes"), "cause").keySet(),
        row.text("evidence"));
  }

  /** The members of a JSON object; anything else under a name, as it is. */
  private static Map<String, String> object(String json, String otherwise) {
    if (json == null || json.isBlank()) {
      return Map.of();
    }
    try {
      return JSON.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {});
    } catch (JsonProcessingException e) {
      return Map.of(otherwise, json);
    }
  }
}
