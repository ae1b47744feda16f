package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.kernel.Window;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.plan.DayState;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** What builds have found of a history's days, up to one of them. */
public final class HistoryDays {
  private final BuildRecord build;
  private final Map<LocalDate, DayState> states = new TreeMap<>();

  /**
   * The days of a history.
   *
   * @param noted what was noted of them
   * @param build the build: what it has found is in its record before it is noted
   */
  public HistoryDays(Map<LocalDate, DayState> noted, BuildRecord build) {
    this.build = build;
    states.putAll(noted);
    build.days().forEach(day -> states.put(day.date(), day));
  }

  /** Whether a later build has noted something. */
  public boolean hasLaterOnes() {
    return states.values().stream().anyMatch(day -> day.build() > build.number());
  }

  /** Days that builds after one of them have found otherwise, in days since 1970-01-01. */
  public Collection<Integer> correctedSince(long number) {
    return states.values().stream()
        .filter(day -> day.build() > number)
        .map(HistoryDays::number)
        .toList();
  }

  /** User-days of those days of a window that are wanted, days since 1970-01-01. */
  public long userDays(Window window, IntPredicate wanted) {
    return states.values().stream()
        .filter(day -> wanted.test(number(day)))
        .filter(day -> number(day) >= window.firstDay())
        .filter(day -> number(day) < window.firstDay() + window.days())
        .mapToLong(DayState::userDays)
        .sum();
  }

  private static int number(DayState day) {
    return Math.toIntExact(day.date().toEpochDay());
  }
}
