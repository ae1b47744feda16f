package io.tidemark.reconciliation.plan;

import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One key whose values differ.
 *
 * @param key key column to its value as text, in order; a NULL is {@code null}
 * @param stream the stream's value as text
 * @param batch the batch's value as text
 */
public record KeyDifference(Map<String, String> key, String stream, String batch) {
  public KeyDifference {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
  }

  /** The key for a person who knows the day. */
  public String shownKey(LocalDate day) {
    String shown =
        key.entrySet().stream()
            .filter(e -> !(e.getKey().equals("dt") && day.toString().equals(e.getValue())))
            .map(e -> e.getKey() + "=" + (e.getValue() == null ? "NULL" : e.getValue()))
            .collect(Collectors.joining(", "));
    return shown.isEmpty() ? "(the day)" : shown;
  }
}
