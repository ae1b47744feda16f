package io.tidemark.reconciliation.plan;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One key whose values differ.
 *
 * @param key key column to its value as text, in order; a NULL is {@code null}
 * @param stream the stream's value as text
 * @param batch the batch's value as text
 * @param causes what each cause contributes to the difference; empty before it is explained
 * @param evidence one sentence that says what shows the causes; empty before it is explained
 */
public record KeyDifference(
    Map<String, String> key,
    String stream,
    String batch,
    Map<Cause, BigDecimal> causes,
    String evidence) {
  public KeyDifference {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    Map<Cause, BigDecimal> inOrder = new EnumMap<>(Cause.class);
    inOrder.putAll(causes);
    causes = Collections.unmodifiableMap(inOrder);
  }

  /** A difference that nobody has explained yet. */
  public KeyDifference(Map<String, String> key, String stream, String batch) {
    this(key, stream, batch, Map.of(), "");
  }

  /** The same difference with its causes. */
  public KeyDifference explained(Map<Cause, BigDecimal> why, String shownBy) {
    return new KeyDifference(key, stream, batch, why, shownBy);
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
