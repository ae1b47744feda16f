package io.tidemark.jobs.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rows that were looked up in one dimension.
 *
 * @param asked rows without a NULL in the key
 * @param found those of them whose key the dimension has
 * @param cached those of them whose answer was kept from an earlier micro-batch, so that the
 *     dimension was not read for them
 */
public record LookupCounts(long asked, long found, long cached) {
  /** The property of a snapshot's summary that holds them as JSON, by the lookup's name. */
  private static final String PROPERTY = "tidemark.lookups";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** These and others. */
  public LookupCounts plus(LookupCounts other) {
    return new LookupCounts(asked + other.asked, found + other.found, cached + other.cached);
  }

  /** The share of rows that found something; nothing where none was looked up. */
  public Optional<Double> foundShare() {
    return asked == 0 ? Optional.empty() : Optional.of((double) found / asked);
  }

  /** The share of rows for which the dimension was not read: the hit rate of the cache. */
  public Optional<Double> cachedShare() {
    return asked == 0 ? Optional.empty() : Optional.of((double) cached / asked);
  }

  /** Of two micro-batches or inputs, by lookup. */
  static SortedMap<String, LookupCounts> sum(
      Map<String, LookupCounts> first, Map<String, LookupCounts> second) {
    SortedMap<String, LookupCounts> sum = new TreeMap<>(first);
    second.forEach((name, counts) -> sum.merge(name, counts, LookupCounts::plus));
    return sum;
  }

  /** As properties of a snapshot's summary; none where nothing is looked up. */
  static Map<String, String> facts(SortedMap<String, LookupCounts> lookups) {
    if (lookups.isEmpty()) {
      return Map.of();
    }
    Map<String, long[]> numbers = new TreeMap<>();
    lookups.forEach(
        (name, counts) ->
            numbers.put(name, new long[] {counts.asked, counts.found, counts.cached}));
    try {
      return Map.of(PROPERTY, JSON.writeValueAsString(numbers));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("counts of lookups cannot be written", e);
    }
  }

  /** What the summary of a snapshot says. */
  static SortedMap<String, LookupCounts> of(Map<String, String> summary) {
    String json = summary.get(PROPERTY);
    SortedMap<String, LookupCounts> lookups = new TreeMap<>();
    if (json != null) {
      try {
        JSON.readValue(json, new TypeReference<Map<String, long[]>>() {})
            .forEach(
                (name, counts) ->
                    lookups.put(name, new LookupCounts(counts[0], counts[1], counts[2])));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("counts of lookups cannot be read: " + json, e);
      }
    }
    return lookups;
  }
}
