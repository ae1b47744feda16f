package io.tidemark.jobs.alert;

import io.tidemark.jobs.alert.Incident.Kind;
import io.tidemark.jobs.spec.AlertSpec;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What a look at one key of an alert has found.
 *
 * @param alert the alert
 * @param key dimensions and their values; empty for the whole
 * @param state whether it is time to tell
 * @param window where the newest window that was looked at begins; {@code null} where none was
 * @param value what the metric was there, or how old the oldest missing row is, in seconds; {@code
 *     null} for none
 * @param expected what it was compared with; {@code null} for nothing
 */
public record Finding(
    AlertSpec alert,
    Map<String, String> key,
    State state,
    Instant window,
    Double value,
    Double expected) {
  /** Whether it is time to tell. */
  public enum State {
    /** The condition has held long enough. */
    HOLDS,
    /** It has not held for as long. */
    OVER,
    /** Neither, or it cannot be told: whatever was the case goes on. */
    UNDECIDED
  }

  public Finding {
    key = Map.copyOf(key);
  }

  /** Whether it is about the same as an incident. */
  boolean isOf(Incident incident) {
    return incident.kind() == Kind.CONDITION
        && incident.job().equals(alert.job())
        && incident.alert().equals(alert.name())
        && Objects.equals(incident.key(), key);
  }
}
