package io.tidemark.tags.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;

/**
 * What a history knows of a day.
 *
 * @param day the day, as 2026-01-31
 * @param state whether it is in the history
 * @param inputs by input table, the snapshot of the publication that the day was made from; empty
 *     for a missing day
 * @param rows rows that the inputs had
 * @param userDays users who were active; less than the rows where some have no user, or several
 *     inputs have the same user
 * @param build number of the build that found it so
 */
public record DayState(
    @JsonProperty("day") String day,
    @JsonProperty("state") State state,
    @JsonProperty("inputs") Map<String, Long> inputs,
    @JsonProperty("rows") long rows,
    @JsonProperty("user_days") long userDays,
    @JsonProperty("build") long build) {
  /** Whether a day is in the history. */
  public enum State {
    BUILT,
    /** Published, and nobody was active. */
    EMPTY,
    /** Not published by all inputs when it was looked for. */
    MISSING,
    /**
     * Likewise, after it was in the history: its publication was undone. So the window may end with
     * it, which it never does with a day that is only missing.
     */
    WITHDRAWN;

    /** The word in tables. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public DayState {
    inputs = Map.copyOf(inputs);
  }

  /** A day that was looked for, and is not published. */
  public static DayState missing(LocalDate day, long build) {
    return new DayState(day.toString(), State.MISSING, Map.of(), 0, 0, build);
  }

  /** A day that was in the history until its publication was undone. */
  public static DayState withdrawn(LocalDate day, long build) {
    return new DayState(day.toString(), State.WITHDRAWN, Map.of(), 0, 0, build);
  }

  /** A day that was read. */
  public static DayState read(
      LocalDate day, Map<String, Long> inputs, long rows, long userDays, long build) {
    State state = userDays == 0 ? State.EMPTY : State.BUILT;
    return new DayState(day.toString(), state, inputs, rows, userDays, build);
  }

  /** The day. */
  public LocalDate date() {
    return LocalDate.parse(day);
  }

  /** Whether it was read. */
  @JsonIgnore
  public boolean isRead() {
    return state == State.BUILT || state == State.EMPTY;
  }
}
