package io.tidemark.reconciliation.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the two sides of a job are apart: a value of a dimension, or a key. It is one place,
 * however many metrics differ there.
 *
 * @param columns column to its value as text, in order; a NULL is {@code null}
 * @param values what the two sides have there, a line per metric
 * @param causes words for why; empty when nobody knows
 * @param evidence what shows the causes, in sentences; empty when nothing does
 */
public record Place(
    Map<String, String> columns, List<Value> values, List<String> causes, String evidence) {
  public Place {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    values = List.copyOf(values);
    causes = List.copyOf(causes);
  }

  /**
   * One metric at the place.
   *
   * @param metric its name
   * @param stream the stream's value as text; {@code null} when it has none
   * @param batch the batch's; {@code null} when it has none
   * @param keys keys of a dimension's value that differ; {@code null} at a key
   */
  public record Value(String metric, String stream, String batch, Long keys) {}

  /**
   * The places that differ most.
   *
   * @param dimensions values of dimensions, worst first
   * @param keys keys, worst first
   */
  public record Worst(List<Place> dimensions, List<Place> keys) {
    /** No place at all. */
    public static final Worst NONE = new Worst(List.of(), List.of());

    public Worst {
      dimensions = List.copyOf(dimensions);
      keys = List.copyOf(keys);
    }
  }
}
