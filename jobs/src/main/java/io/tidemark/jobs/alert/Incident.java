package io.tidemark.jobs.alert;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * From when an alert's condition holds of a key until it is over; also what was told of it to whom,
 * so that nothing is told twice.
 *
 * @param id tells it apart from all others
 * @param day the business day on which it began
 * @param job the job or sink
 * @param alert the alert's name in the job
 * @param key dimensions and their values; empty for the whole
 * @param kind whether the condition holds, or nobody knows whether it does
 * @param condition the alert in one line, as it was declared when it began
 * @param window where the newest window began in which it held first; {@code null} of freshness
 * @param value what the metric was there, or how many seconds old what was missing; {@code null}
 *     for none
 * @param expected what that was compared with; {@code null} for nothing
 * @param openedAt when it was found
 * @param resolvedAt when it was found to be over; {@code null} while it goes on
 * @param reminders how often everybody was to be told again
 * @param toldAt when somebody was told last; {@code null} for never
 * @param told who was told that it goes on, since the last reminder fell due
 * @param toldOver who was told that it is over
 * @param claimedBy the check that tells it now; {@code null} for none
 * @param claimedUntil when another check may tell what is still to be told; {@code null} for at
 *     once
 * @param settled whether it is over, and everybody knows
 */
public record Incident(
    String id,
    LocalDate day,
    String job,
    String alert,
    Map<String, String> key,
    Kind kind,
    String condition,
    Instant window,
    Double value,
    Double expected,
    Instant openedAt,
    Instant resolvedAt,
    int reminders,
    Instant toldAt,
    Set<String> told,
    Set<String> toldOver,
    String claimedBy,
    Instant claimedUntil,
    boolean settled) {
  public Incident {
    key = Collections.unmodifiableMap(new TreeMap<>(key));
    told = Collections.unmodifiableSet(new LinkedHashSet<>(told));
    toldOver = Collections.unmodifiableSet(new LinkedHashSet<>(toldOver));
  }

  /** What it is that goes on. */
  public enum Kind {
    /** The condition holds. */
    CONDITION,
    /** The alert cannot be looked at. */
    UNKNOWN
  }

  /** Of what there is to be told. */
  public enum Event {
    /** It has begun. */
    OPENED,
    /** It still goes on. */
    REMINDER,
    /** It is over. */
    RESOLVED
  }

  /** The alert's name among all. */
  public String fullName() {
    return job + "." + alert;
  }

  /** Whether it goes on. */
  public boolean isOpen() {
    return resolvedAt == null;
  }

  /** What is to be told of it next. */
  public Event event() {
    if (!isOpen()) {
      return Event.RESOLVED;
    }
    return reminders == 0 ? Event.OPENED : Event.REMINDER;
  }

  /** When something was found of it last. */
  Instant lastFound() {
    return isOpen() ? openedAt : resolvedAt;
  }

  /** Whether somebody has still to be told. */
  boolean isToBeTold(String target) {
    return !(isOpen() ? told : toldOver).contains(target);
  }

  /** Whether a check may tell it now. */
  boolean isFree(String check, Instant now) {
    return claimedBy == null || claimedBy.equals(check) || !claimedUntil.isAfter(now);
  }

  Incident claimed(String check, Instant until) {
    return with(resolvedAt, reminders, toldAt, told, toldOver, check, until, settled);
  }

  Incident released() {
    return with(resolvedAt, reminders, toldAt, told, toldOver, null, null, settled);
  }

  Incident resolved(Instant at) {
    return with(at, reminders, toldAt, told, toldOver, claimedBy, claimedUntil, settled);
  }

  Incident toRemindOf() {
    return with(
        resolvedAt, reminders + 1, toldAt, Set.of(), toldOver, claimedBy, claimedUntil, settled);
  }

  /**
   * Whether it is time to tell it. That an alert cannot be looked at is told once it has lasted,
   * and its end to nobody where nobody was told of it, or is just being told.
   */
  boolean isTimeToTell(Duration patience, Instant at) {
    if (kind == Kind.CONDITION) {
      return true;
    }
    return isOpen() ? !openedAt.plus(patience).isAfter(at) : toldAt != null || claimedBy != null;
  }

  /** Whether it is time to remind of it. */
  boolean isDue(Duration after, Instant at) {
    return isOpen() && after != null && toldAt != null && !toldAt.plus(after).isAfter(at);
  }

  Incident told(String target, Event event, Instant at) {
    if (event == Event.RESOLVED) {
      return with(
          resolvedAt, reminders, at, told, and(toldOver, target), claimedBy, claimedUntil, settled);
    }
    return with(
        resolvedAt, reminders, at, and(told, target), toldOver, claimedBy, claimedUntil, settled);
  }

  Incident asSettled() {
    return with(resolvedAt, reminders, toldAt, told, toldOver, null, null, true);
  }

  private static Set<String> and(Set<String> some, String one) {
    Set<String> all = new LinkedHashSet<>(some);
    all.add(one);
    return all;
  }

  private Incident with(
      Instant resolved,
      int reminded,
      Instant at,
      Set<String> begun,
      Set<String> over,
      String check,
      Instant until,
      boolean done) {
    return new Incident(
        id, day, job, alert, key, kind, condition, window, value, expected, openedAt, resolved,
        reminded, at, begun, over, check, until, done);
  }
}
